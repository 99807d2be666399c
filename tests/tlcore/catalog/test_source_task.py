"""Forgetting: when the old head can be asked, what is asked, and what a run then tells."""

import csv
import io

import pytest

from tests.tlcore.experiments.export.export_runs import run_of
from tlcore import __main__ as command_line
from tlcore.catalog import nursery, source_task
from tlcore.data.known import clothing_source
from tlcore.experiments.export import csv_
from tlcore.experiments.export.report import figures, tables
from tlcore.experiments.export.run.tensorboard import scalars
from tlcore.experiments.export.subject import Subject
from tlcore.ground.errors import UserError
from tlcore.ground.recipe import Compute, TransferPlan, everything, from_scratch
from tlcore.networks import backbones
from tlcore.runs import spec
from tlcore.runs.reading.source import forgotten
from tlcore.training import quickest
from tlcore.training.transfer import fine_tune, source_memory
from tlcore.words import i18n

pytestmark = pytest.mark.usefixtures("unhurried")

SMALL = {"data": "digits", "train_size": 20, "epochs": 2, "freeze": 0, "lr": 0.1}


@pytest.mark.parametrize(
    ("backbone", "blocks", "plan", "why_not"),
    [
        ("clothing", 8, everything(8), None),
        ("clothing", 8, TransferPlan(8, 8, 8), None),
        ("clothing", 8, TransferPlan(8, 7, 0), "forgetting.cut"),  # the last block begins anew
        ("clothing", 8, TransferPlan(7, 7, 7), "forgetting.cut"),  # it is dropped
        ("clothing", 8, from_scratch(8), "forgetting.cut"),
        ("photo", 8, everything(8), "forgetting.no_pictures"),
        ("resnet18", 10, everything(10), "forgetting.no_pictures"),
        ("grown", 5, from_scratch(5), "forgetting.gone"),
        (nursery.name("0" * 32), 5, everything(5), "forgetting.gone"),
    ],
)
def test_the_old_head_is_asked_where_its_pictures_and_its_block_are_there(
    backbone, blocks, plan, why_not, tmp_path, monkeypatch
):
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path))
    assert source_task.obstacle(backbone, blocks, plan) == why_not
    assert why_not is None or all(i18n.t(why_not, language) for language in i18n.LANGUAGES)


def test_the_shipped_sample_is_as_large_as_is_said():
    known, asked = clothing_source.load()
    assert (len(known), len(asked)) == (source_task.KNOWN, source_task.ASKED)


def rows_of(**values):
    return list(fine_tune.rows_of(spec.parse({**SMALL, **values}), Compute()))


@pytest.fixture(scope="module")
def rows():
    return rows_of(forgetting=True)


def test_a_run_that_asks_tells_it_after_each_epoch_and_learns_the_same(rows):
    told = [row["source_accuracy"] for row in rows if row["kind"] == "epoch"]
    backbone = backbones.build("clothing")
    assert told[0] == source_memory.of(backbone, "clothing").of(backbone.blocks) > 0.8
    assert len(told) == 3
    assert told[-1] < told[0]
    without = rows_of()
    assert not [row for row in without if "source_accuracy" in row]
    assert without[-1]["weights_sha256"] == rows[-1]["weights_sha256"]


def test_where_it_cannot_be_asked_the_run_goes_on_without():
    assert not [row for row in rows_of(forgetting=True, keep=0) if "source_accuracy" in row]


def test_the_estimate_counts_what_is_asked():
    row = {"forward_ms": 1.0, "train_ms": 3.0}
    asks, does_not = (spec.parse({**SMALL, "forgetting": f}) for f in (True, False))
    more = quickest.seconds(asks, row) - quickest.seconds(does_not, row)
    solved = source_task.turns(SMALL["epochs"]) * source_task.KNOWN
    assert more == pytest.approx((SMALL["epochs"] * source_task.ASKED + solved) * 0.001)


@pytest.mark.parametrize("given", ["maybe", "2"])
def test_a_switch_that_is_neither_on_nor_off_is_told_what_it_can_be(given):
    with pytest.raises(UserError) as caught:
        spec.parse({"forgetting": given})
    told = i18n.tell(caught.value, "en")
    assert f"Measure forgetting: “{given}” is not possible. Allowed: true, false." in told


def test_a_loss_beyond_counting_is_forgotten_and_a_smaller_one_is_not():
    def found(*shares):
        return forgotten([{"epoch": i, "source_accuracy": s} for i, s in enumerate(shares)])

    lost = found(0.9, 0.5, 0.84)
    assert lost.key == "forgot"  # 1.96 * sqrt((0.9 * 0.1 + 0.84 * 0.16) / 300) = 5.4 points
    assert (lost.values["lost"], lost.values["margin"]) == ("6.0", "5.4")
    assert found(0.9, 0.5, 0.86).key == "remembers"
    assert found(0.9, 0.9).key == "remembers"
    assert found(0.9, 0.95).key == "remembers"
    assert forgotten([{"epoch": 0}, {"epoch": 1}]) is None
    anew = {
        "forgot_features": [{"source_solved": 0.95}, {"source_solved": 0.85}],
        "forgot_moved": [{"source_solved": 0.95}, {"source_solved": 0.93}],
    }
    for key, solved in anew.items():
        old = [{"source_accuracy": 0.95}, {"source_accuracy": 0.3}]
        read = forgotten([a | b for a, b in zip(old, solved, strict=True)])
        assert read.key == key
        lost = 100 * (solved[0]["source_solved"] - solved[1]["source_solved"])
        assert read.values["gone"] == f"{lost:.1f}"
    before, after = ({"source_accuracy": share} for share in (0.95, 0.3))
    solved = {"source_solved": 0.95}
    for gone_on in (
        [before, after | solved, after | solved],
        [before | solved, after | solved, after],
    ):
        assert forgotten(gone_on).key == "forgot"  # begun before heads were solved anew, or without
    for reading in (found(0.9, 0.5), read, found(0.9, 0.9)):
        for key in (f"reading.{reading.key}", f"reading.{reading.key}.rule"):
            assert all(i18n.t(key, language, **reading.values) for language in i18n.LANGUAGES)


def test_the_curve_is_taken_home(rows, tmp_path):
    asked = spec.parse({**SMALL, "forgetting": True})
    subject = Subject.of(run_of(asked, result=rows[-1]), rows, tmp_path)
    told = [row["source_accuracy"] for row in rows if row["kind"] == "epoch"]
    lines = list(csv.DictReader(io.StringIO(csv_.make(subject, "en").decode())))
    assert [float(x["source_accuracy"]) for x in lines if x["kind"] == "epoch"] == told
    epochs = [row for row in rows if row["kind"] == "epoch"]
    assert ("accuracy/source", told[-1]) in set(scalars(epochs[-1]))
    for language in i18n.LANGUAGES:
        words = i18n.texts(language)
        drawn = figures.accuracy(subject, words)["data"]
        names = [words[f"live.legend.{name}"] for name in ("source", "source_solved")]
        assert [line["name"] for line in drawn][-2:] == names
        assert drawn[-2]["y"] == [float(f"{share:.4g}") for share in told]
        assert drawn[-1]["y"] == [float(f"{row['source_solved']:.4g}") for row in epochs]
        table = tables.accuracies(subject, words)
        assert words["live.table.source"] in table
        assert f"{told[-1]:.1%}" in table
        assert words["live.table.source_solved"] in table
        assert f"{epochs[-1]['source_solved']:.1%}" in table


def test_a_run_of_before_a_head_was_solved_anew_is_taken_home_as_it_was(rows, tmp_path):
    older = [{k: v for k, v in row.items() if k != "source_solved"} for row in rows]
    asked = spec.parse({**SMALL, "forgetting": True})
    subject = Subject.of(run_of(asked, result=older[-1]), older, tmp_path)
    words = i18n.texts("en")
    drawn = figures.accuracy(subject, words)["data"]
    assert [line["name"] for line in drawn][-1] == words["live.legend.source"]
    assert words["live.table.source_solved"] not in tables.accuracies(subject, words)
    assert forgotten([row for row in older if row["kind"] == "epoch"]).key == "forgot"


def test_a_run_that_did_not_ask_is_taken_home_without(tmp_path):
    rows = rows_of(epochs=1)
    subject = Subject.of(run_of(spec.parse(SMALL), result=rows[-1]), rows, tmp_path)
    words = i18n.texts("en")
    assert len(figures.accuracy(subject, words)["data"]) == 2
    assert words["live.table.source"] not in tables.accuracies(subject, words)
    assert "accuracy/source" not in dict(scalars(rows[-2]))


def test_the_command_line_has_a_column_for_it_where_it_was_asked(rows, capsys):
    for forgetting in (True, False):
        show = command_line._Table(spec.parse({**SMALL, "forgetting": forgetting}))
        for row in rows:
            show(row)
        _, head, first, *_ = capsys.readouterr().out.splitlines()
        assert ("source" in head.split()) == forgetting
        assert len(first.split()) == len(head.replace(" loss", "").replace(" acc", "").split())
        assert (f"{rows_source(rows)[0]:.4f}" in first.split()) == forgetting


def rows_source(rows):
    return [row["source_accuracy"] for row in rows if row["kind"] == "epoch"]
