"""The best epoch by validation is what a run ends with, where that is asked, and patience ends it.

At a constant rate a run of n epochs and the first n epochs of a longer one are the same run: so
the weights that are kept have a run of their own to be compared with.
"""

from __future__ import annotations

import pytest

from tests.tlcore import toy
from tlcore.ground.recipe import Recipe, TransferPlan, everything, from_block, head_only
from tlcore.networks.backbone import ready
from tlcore.runs import reading
from tlcore.training.engine import learned, train
from tlcore.words import i18n

# of eight epochs another one is best than the last (asserted)
SETTINGS = {
    "head": (head_only(4), {"lr": 0.03, "head_lr": 0.09}),
    "partial": (from_block(3, 4), {"lr": 0.03, "head_lr": 0.09}),
    "everything, tied": (everything(4), {"lr": 0.03, "head_lr": 0.09}),
    "LoRA, nothing better": (TransferPlan(4, 3, 1, "lora"), {"lr": 0.001, "head_lr": 0.003}),
    "adapters": (TransferPlan(4, 4, 1, "adapters"), {"lr": 0.03, "head_lr": 0.09}),
    "SGD": (from_block(3, 4), {"lr": 0.3, "head_lr": 0.9, "optimizer": "sgd"}),
}
CASES = pytest.mark.parametrize("name", list(SETTINGS))


def run(plan, file=None, **recipe):
    recipe = Recipe(**{"epochs": 8, "batch": 16, "schedule": "constant", **recipe})
    pictures = toy.images(val=60)
    return list(train(toy.backbone(), pictures, plan, recipe, learned_file=file))


def curve(rows):
    return [row["val_accuracy"] for row in rows if row["kind"] == "epoch"]


def outcome(rows):
    """What the weights say, and what they are."""
    names = ("weights_sha256", "predictions", "confidence", "test_accuracy")
    return {name: rows[-1][name] for name in names}


@CASES
def test_the_best_epochs_weights_are_those_of_a_run_that_ended_there(name):
    plan, recipe = SETTINGS[name]
    last, best = run(plan, **recipe), run(plan, **recipe, kept_epoch="best")
    told = best[-1]["kept"]
    assert curve(best) == curve(last)  # learned the same: the choice is made afterwards
    assert told["epoch"] == curve(last).index(max(curve(last)))  # of equal ones the earliest
    assert told["epoch"] < 8
    assert told["val_accuracy"] == max(curve(last))
    assert outcome(best) == outcome(run(plan, **recipe | {"epochs": told["epoch"]}))
    assert best[-1]["weights_sha256"] != last[-1]["weights_sha256"]


def test_of_equal_epochs_the_earlier_is_kept():
    plan, recipe = SETTINGS["everything, tied"]
    rows = run(plan, **recipe, kept_epoch="best")
    tied = [epoch for epoch, found in enumerate(curve(rows)) if found == max(curve(rows))]
    assert len(tied) > 1
    assert rows[-1]["kept"]["epoch"] == tied[0]


@CASES
def test_patience_ends_a_run_and_leaves_the_last_weights_where_those_are_kept(name):
    plan, recipe = SETTINGS[name]
    patience = 2
    rows = run(plan, **recipe, patience=patience)
    first = next(
        e
        for e in range(1, 9)
        if e == 8 or e - curve(rows).index(max(curve(rows)[: e + 1])) >= patience
    )
    assert len(curve(rows)) - 1 == first
    assert first < 8
    assert rows[-1]["kept"] == {
        "epoch": first,
        "best": curve(rows).index(max(curve(rows))),
        "of": first,
        "val_accuracy": curve(rows)[-1],
        "stopped": True,
    }
    assert outcome(rows) == outcome(run(plan, **recipe | {"epochs": first}))


def test_a_run_that_asks_for_neither_says_nothing_of_it():
    assert "kept" not in run(head_only(4), epochs=2)[-1]


def test_patience_that_never_ran_out_says_nothing_of_a_best_epoch_that_nobody_asked_for():
    rows = run(head_only(4), lr=1e-3, head_lr=3e-3, patience=8)
    assert len(curve(rows)) == 9
    assert curve(rows).index(max(curve(rows))) == 8  # the last one, as where the best is asked
    assert "kept" not in rows[-1]
    assert not {"kept_last", "kept_best"} & {r.key for r in reading.readings(rows)}


def test_what_one_takes_home_is_what_was_tested(tmp_path):
    asked, recipe = SETTINGS["partial"]
    rows = run(asked, tmp_path / learned.FILE, **recipe, kept_epoch="best")
    blocks, head = learned.load(toy.backbone(), asked, 3, tmp_path / learned.FILE)
    pictures, backbone = toy.images(val=60), toy.backbone()
    said = head(blocks(ready(pictures.test.images, backbone.input))).argmax(1)
    assert said.tolist() == rows[-1]["predictions"]


def test_frozen_blocks_are_as_they_were_whatever_epoch_is_kept():
    rows = run(from_block(3, 4), lr=0.03, head_lr=0.09, kept_epoch="best")
    frozen = rows[-1]["frozen_sha256"]
    assert frozen["before"] == frozen["after"] is not None


def test_a_run_that_diverges_keeps_nothing():
    rows = run(everything(4), lr=1e6, head_lr=1e6, optimizer="sgd", kept_epoch="best")
    assert rows[-1]["status"] == "diverged"
    assert "kept" not in rows[-1]


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_run_says_which_epoch_it_kept_and_what_that_costs(language):
    asked, recipe = SETTINGS["head"]
    rows = run(asked, **recipe, kept_epoch="best", patience=3)
    found = {r.key: r.values for r in reading.readings(rows)}
    kept = rows[-1]["kept"]
    told = {
        "epoch": kept["epoch"],
        "of": kept["of"],
        "best": f"{max(curve(rows)):.1%}",
        "final": f"{curve(rows)[-1]:.1%}",
        "n": "60",
    }
    assert found["kept_best"] == told
    assert found["stopped"] == {
        "of": kept["epoch"] + 3,
        "planned": 8,
        "best": kept["epoch"],
        "patience": 3,
        "rate": "100%",
        "high": "25%",
    }
    texts = i18n.texts(language)
    for key, values in found.items():
        assert texts[f"reading.{key}"].format(**values)
        assert texts[f"reading.{key}.rule"].format(**values)
    assert told["best"] in texts["reading.kept_best"].format(**told)


def test_a_rate_that_had_not_come_down_when_patience_ended_is_told():
    asked, recipe = SETTINGS["head"]
    rows = run(asked, **recipe | {"schedule": "one_cycle", "epochs": 20}, patience=2)
    assert rows[-1]["kept"]["stopped"]
    [found] = [r for r in reading.readings(rows) if r.key.startswith("stopped")]
    assert found.key == "stopped_high"
    assert float(found.values["rate"].rstrip("%")) >= 25


@pytest.mark.parametrize("schedule", ["one_cycle", "decay"])
def test_a_run_that_ends_while_its_rate_rises_claims_no_peak_that_it_never_reached(schedule):
    rows = run(head_only(4), lr=1e-6, head_lr=1e-6, schedule=schedule, epochs=20, patience=2)
    rates = [max(row["lr"].values()) for row in rows if row["kind"] == "step"]
    assert (max(rates) < 0.25 * 1e-6) == (schedule == "one_cycle")  # it still rose
    last = rates[-len(rates) // rows[-1]["kept"]["of"] :]
    [found] = [r for r in reading.readings(rows) if r.key.startswith("stopped")]
    assert found.key == "stopped_high"
    assert found.values["rate"] == f"{sum(last) / len(last) / max(rates):.0%}"
    told = i18n.texts("en")["reading.stopped_high"].format(**found.values)
    assert f"{found.values['rate']} of the highest that this run had" in told
    assert "peak" not in told


def test_the_last_epoch_may_be_the_best():
    rows = run(head_only(4), lr=1e-3, head_lr=3e-3, kept_epoch="best")
    assert curve(rows).index(max(curve(rows))) == 8
    assert "kept_last" in [r.key for r in reading.readings(rows)]
