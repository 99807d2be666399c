"""A value of a run is described once: in tlcore.training.values; what shows values reads it
there."""

import csv
from typing import get_type_hints

import pytest

from tests.tlcore.experiments.export.export_runs import trained
from tests.tlcore.experiments.export.test_tensorboard import events
from tlcore.experiments.export import files as export
from tlcore.experiments.export.report import figures, tables
from tlcore.experiments.export.subject import Subject
from tlcore.training import values
from tlcore.training.engine import rows as told
from tlcore.training.values import Value
from tlcore.words import i18n

KINDS = {"step": told.StepRow, "epoch": told.EpochRow, "result": told.ResultRow}
NEW = (
    Value("calibration", "share", "epoch", tag="calibration", panel="accuracy", line="calibration"),
    Value("weight_norm", "norm", "step", tag="weight_norm", panel="weights"),
    Value("noise", "ratio", "kth_step", grouped=True, tag="gradient_noise", panel="noise"),
)


@pytest.fixture
def measured(tmp_path, monkeypatch):
    """(run, rows, folder): what an engine that measures NEW, too, would have told."""
    monkeypatch.setattr(values, "VALUES", (*values.VALUES, *NEW))
    run, rows = trained(tmp_path, freeze=7)
    for row in rows:
        if row["kind"] == "epoch" and row["epoch"] != 1:
            row["calibration"] = 0.125 * row["epoch"]
        if row["kind"] == "step":
            row["weight_norm"] = 8 + row["step"] / 8
        if row["kind"] == "step" and row["step"] % 2:
            row["noise"] = {"block8": 0.5 * row["step"], "head": None}
    return run, rows, tmp_path


def test_the_table_and_the_types_of_the_engines_rows_name_the_same_values():
    for kind, row in KINDS.items():
        types = get_type_hints(row)
        for value in values.of_row(kind):
            assert (types[value.name] == told.PerGroup) == value.grouped, value.name
        grouped = {name for name, type_ in types.items() if type_ == told.PerGroup}
        assert grouped <= {value.name for value in values.of_row(kind)}
    numbers = {n for n, type_ in get_type_hints(told.EpochRow).items() if "float" in str(type_)}
    assert numbers - {"t"} == {value.name for value in values.of_row("epoch")}
    assert len({value.name for value in values.VALUES}) == len(values.VALUES)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_line_and_every_panel_has_its_texts(language):
    words = i18n.texts(language)
    for panel in values.panels():
        assert words[f"live.{panel}.title"]
        assert words[f"live.{panel}.reading"]
        for value in values.beside_validation(panel):
            for key in ("live.legend", "live.table", f"live.{panel}.summary"):
                join = "_" if key.endswith("summary") else "."
                assert words[f"{key}{join}{value.line}"]


def test_a_new_value_is_a_column_of_the_csv(measured):
    run, rows, folder = measured
    with export.write("csv", run, rows, folder, "en").open(encoding="utf-8") as opened:
        table = list(csv.DictReader(opened))
    for line, row in zip(table, rows, strict=True):
        assert line["calibration"] == str(row.get("calibration", ""))
        assert line["weight_norm"] == str(row.get("weight_norm", ""))
        assert line["noise.block8"] == str(row.get("noise", {}).get("block8", ""))


def test_a_new_value_is_a_curve_in_tensorboard(measured):
    run, rows, folder = measured
    found = {"calibration": {}, "weight_norm": {}, "gradient_noise/block8": {}}
    for event in events(export.write("tensorboard", run, rows, folder, "en")):
        for point in event.summary.value:
            assert point.tag != "gradient_noise/head"  # it told nothing
            if point.tag in found:
                found[point.tag][event.step] = point.simple_value
    epochs = [row for row in rows if "calibration" in row]
    assert found["calibration"] == {row["step"]: row["calibration"] for row in epochs}
    steps = [row for row in rows if row["kind"] == "step"]
    assert found["weight_norm"] == {row["step"]: row["weight_norm"] for row in steps}
    steps = [row for row in rows if "noise" in row]
    assert found["gradient_noise/block8"] == {r["step"]: r["noise"]["block8"] for r in steps}


def test_a_new_value_is_a_line_and_a_column_of_the_report(measured):
    run, rows, folder = measured
    subject = Subject.of(run, rows, folder)
    words = i18n.texts("en") | {"live.legend.calibration": "off", "live.table.calibration": "Off"}
    line = figures.accuracy(subject, words)["data"][-1]
    assert line["name"] == "off"
    assert line["y"] == [0.0, 0.25, 0.375]
    assert "25.0%" in tables.accuracies(subject, words).split("Off")[1]
