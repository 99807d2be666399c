"""The CSV of a run: every row, every value, readable by the tools people have."""

import csv
import json

import pandas as pd
import pytest

from tests.tlcore.experiments.export.export_runs import run_of, trained
from tlcore.experiments.export import files as export
from tlcore.ground.errors import UserError
from tlcore.runs import spec


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    return *trained(folder, freeze=6, augment="shift", views=2), folder


def test_every_value_of_every_row_is_in_the_table(run):
    record, rows, folder = run
    file = export.write("csv", record, rows, folder, "en")
    with file.open(encoding="utf-8", newline="") as opened:
        table = list(csv.DictReader(opened))
    assert [line["kind"] for line in table] == [row["kind"] for row in rows]
    for line, row in zip(table, rows, strict=True):
        for name, value in row.items():
            if isinstance(value, dict):
                for key, below in value.items():
                    cell = line[f"{name}.{key}"]
                    assert cell == "" if below is None else cell == str(below)
            elif isinstance(value, list):
                assert json.loads(line[name]) == value
            elif value is None:
                assert line[name] == ""
            elif not isinstance(value, bool):
                assert type(value)(line[name]) == value
        filled = {name for name, cell in line.items() if cell}
        assert {name.split(".")[0] for name in filled} <= row.keys()


def test_pandas_reads_the_curves_and_a_frozen_block_has_no_column_of_gradients(run):
    record, rows, folder = run
    table = pd.read_csv(export.write("csv", record, rows, folder, "ko"))
    steps = table.query("kind == 'step'")
    told = [row for row in rows if row["kind"] == "step"]
    assert list(table.columns[:6]) == ["kind", "epoch", "step", "t", "loss", "accuracy"]
    assert steps["loss"].tolist() == [row["loss"] for row in told]
    assert steps["grad_norm.block8"].tolist() == [row["grad_norm"]["block8"] for row in told]
    assert "grad_norm.block6" not in table


def test_the_same_run_gives_the_same_bytes_and_leaves_one_file(run):
    record, rows, folder = run
    first = export.write("csv", record, rows, folder, "en").read_bytes()
    file = export.write("csv", record, rows, folder, "en")
    assert file == folder / "export" / "rows.csv"
    assert file.read_bytes() == first
    assert [f.name for f in file.parent.iterdir()] == ["rows.csv"]


@pytest.mark.parametrize("what", list(export.KINDS))
def test_a_run_without_a_result_has_nothing_to_take_home(run, tmp_path, what):
    record, rows, _ = run
    with pytest.raises(UserError) as caught:
        export.write(what, record, rows[:-1], tmp_path, "en")
    assert caught.value.key == "export.unfinished"
    assert not list(tmp_path.iterdir())


def test_a_diverged_run_has_its_curve_and_no_weights(tmp_path):
    asked = spec.parse({"train_size": 40, "freeze": 0, "epochs": 2, "lr": 1e6, "optimizer": "sgd"})
    record, rows = trained(tmp_path, **asked.model_dump(exclude={"kind"}))
    assert rows[-1]["status"] == "diverged"
    assert run_of(asked, result=rows[-1]).status == "diverged"
    assert len(pd.read_csv(export.write("csv", record, rows, tmp_path, "en"))) == len(rows)
    for what in ("weights", "train_again"):
        with pytest.raises(UserError) as caught:
            export.write(what, record, rows, tmp_path, "en")
        assert caught.value.key == "export.diverged"


def test_an_export_that_there_is_not_is_told_with_those_there_are(tmp_path, run):
    with pytest.raises(UserError) as caught:
        export.write("pickle", run[0], run[1], tmp_path, "en")
    assert caught.value.key == "export.unknown"
    assert "train_again" in caught.value.values["known"]
