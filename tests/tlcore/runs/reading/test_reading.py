"""A run is read from its rows: the urgent first, nothing twice, nothing before it has ended."""

from __future__ import annotations

import pytest

from tests.tlcore.toy import backbone, images
from tlcore.ground.recipe import Recipe, TransferPlan
from tlcore.runs import reading
from tlcore.training.engine import train
from tlcore.words import i18n


def rows(val, train_loss, accuracy=None, ratio=1e-3, distance=0.1, status="finished"):
    """Four steps an epoch at one rate."""
    told = [{"kind": "start", "classes": ["a", "b"], "val": 100, "groups": []}]
    for epoch, (v, t) in enumerate(zip(val, train_loss, strict=True)):
        told += [
            {
                "kind": "step",
                "step": 4 * (epoch - 1) + i,
                "epoch": epoch,
                "loss": t,
                "lr": {"head": 0.01, "block1": 0.001},
                "grad_norm": {"head": 1.0, "block1": 0.5},
                "update_ratio": {"head": ratio, "block1": ratio / 2},
            }
            for i in range(1, 5)
            if epoch
        ]
        score = (accuracy or [0.5 + 0.04 * e for e in range(len(val))])[epoch]
        told.append(
            {
                "kind": "epoch",
                "epoch": epoch,
                "val_loss": v,
                "train_loss": t if epoch else None,
                "train_accuracy": 0.9,
                "val_accuracy": score,
                "distance": {"block1": distance},
            }
        )
    return [*told, {"kind": "result", "status": status}]


GOOD = [1.0, 0.8, 0.7, 0.65, 0.63, 0.62, 0.62, 0.62, 0.62]
FALLS = [1.0, 0.8, 0.6, 0.5, 0.45, 0.4, 0.35, 0.3, 0.28]


def keys(told):
    return [found.key for found in reading.readings(told)]


def test_a_good_run_has_levelled_off_and_nothing_else_is_said():
    assert keys(rows(GOOD, FALLS)) == ["settled"]


def test_a_run_that_goes_on_is_not_read():
    assert keys(rows(GOOD, FALLS)[:-1]) == []
    assert keys([]) == []


def test_what_hardly_moves_is_neither_over_nor_under_fitted():
    level = [1.0] * 9
    assert keys(rows(level, level, ratio=1e-5, accuracy=[0.5] * 9)) == ["slow", "chance"]


def test_a_curve_that_comes_back_from_far_above_is_not_called_under_fitted():
    above = [1.0, 1.4, 2.0, 5.0, 7.0, 6.0, 4.0, 3.0, 1.2]
    assert keys(rows(above, FALLS)) == ["settling"]
    assert reading.fit([r for r in rows(above, FALLS) if r["kind"] == "epoch"]).key == "under"


def test_several_things_can_be_true_of_one_run():
    val = [1.0, 0.8, 0.6, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    accuracy = [0.5, 0.7, 0.8, 0.84, 0.83, 0.82, 0.82, 0.81, 0.8]
    assert keys(rows(val, FALLS, accuracy, distance=1.5)) == ["far", "memorising", "noise"]


def test_of_a_run_that_diverged_only_what_broke_is_read():
    told = rows(GOOD, FALLS, status="diverged")
    assert keys(told) == []
    told[-3]["grad_norm"]["head"] = 1000.0
    assert keys(told) == ["exploding"]


def test_rows_of_a_run_without_steps_or_classes_are_read_as_far_as_they_go():
    told = [
        {"kind": "epoch", "epoch": e, "val_loss": 1 / (1 + e), "train_loss": 1 / (1 + e)}
        for e in range(5)
    ]
    assert keys([*told, {"kind": "result", "status": "finished"}]) == ["under"]


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_reading_has_its_sentence_and_its_rule(language):
    """Filled with the values that it really carries."""
    told = {
        "slow": rows([1.0] * 9, [1.0] * 9, ratio=1e-5, accuracy=[0.5] * 9),
        "settling": rows([1.0, 1.4, 2.0, 5.0, 7.0, 6.0, 4.0, 3.0, 1.2], FALLS),
        "far": rows(GOOD, FALLS, distance=1.5),
        "under": rows([1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2], FALLS),
        "over": rows([1.0, 0.8, 0.6, 0.5, 0.6, 0.7, 0.8, 0.9, 0.89], FALLS),
        "memorising": rows([1.0, 0.8, 0.6, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0], FALLS),
        "settled": rows(GOOD, FALLS),
        "noise": rows(GOOD, FALLS, [0.5, 0.7, 0.8, 0.84, 0.83, 0.82, 0.82, 0.81, 0.8]),
        "chance": rows(GOOD, FALLS, [0.5] * 9),
        "plateau": rows(GOOD, [1.0, 0.8, 0.6, 0.5, 0.45, 0.4, 0.4, 0.4, 0.4]),
        "jumped": rows(GOOD, [1.0, 0.8, 4.0, 4.0, 0.6, 0.5, 0.4, 0.3, 0.2]),
    }
    shares = {"remembers": (0.94,), "forgot": (0.3,), "forgot_features": (0.3, 0.8)}
    for key, after in (shares | {"forgot_moved": (0.3, 0.94)}).items():
        told[key] = rows(GOOD, FALLS)
        epochs = [row for row in told[key] if row["kind"] == "epoch"]
        for name, share in zip(("source_accuracy", "source_solved"), after, strict=False):
            epochs[0][name], epochs[-1][name] = 0.95, share
    for key, best in (("kept_best", 3), ("kept_last", 8)):
        told[key] = rows(GOOD, FALLS)
        kept = {"epoch": best, "best": best, "of": 8, "val_accuracy": 0.8, "stopped": False}
        told[key][-1]["kept"] = kept
    for key, late in (("stopped", 0.1), ("stopped_high", 0.5)):
        told[key] = rows(GOOD, FALLS)
        for row in told[key]:
            if row.get("epoch") == 8 and row["kind"] == "step":
                row["lr"] = {"head": 0.01 * late}
        kept = {"epoch": 8, "best": 5, "of": 8, "val_accuracy": 0.8, "stopped": True}
        told[key][-1]["kept"] = kept
    broke = rows(GOOD, FALLS)
    broke[-3]["grad_norm"]["head"] = 1000.0
    thin = rows(GOOD, FALLS)
    for row in thin:
        if row["kind"] == "step":
            row["grad_norm"]["block0"] = 1e-6
    for key, its in (told | {"exploding": broke, "vanishing": thin}).items():
        found = next(r for r in reading.readings(its) if r.key == key)
        for text in (f"reading.{key}", f"reading.{key}.rule"):
            assert i18n.t(text, language, **found.values)
    told_keys = {k for k in i18n.texts(language) if k.startswith("reading.") and k.count(".") == 2}
    rules = {k.split(".")[1] for k in told_keys if k.endswith(".rule")}
    assert rules == told.keys() | {"exploding", "vanishing"}


def test_a_real_run_at_too_low_a_rate_says_so():
    """The engine's own rows: 12 pictures a step, 4 steps an epoch, 24 steps."""
    recipe = Recipe(epochs=6, batch=12, lr=1e-7, head_lr=1e-7)
    told = list(train(backbone(), images(), TransferPlan(4, 4, 0), recipe, ratio_every=1))
    assert keys(told)[0] == "slow"


def test_a_run_that_diverged_names_the_rate_of_what_learned():
    found = {"diverged": {"step": 3, "group": "block2"}, "steps": 3}
    rates = {"lr": 10.0, "head_lr": 20.0, "read": 8, "freeze": 0}
    assert reading.diverged(rates, found) == {"step": 3, "group": "block2", "lr": "10"}
    assert reading.diverged({**rates, "freeze": 8}, found)["lr"] == "20"
    head = {"diverged": {"step": 3, "group": "head"}}
    assert reading.diverged(rates, head)["lr"] == "10"  # the blocks' rate blew the head up
    assert reading.diverged({**rates, "lr": 1e-3}, head)["lr"] == "20"
    assert reading.diverged(rates, {"diverged": None, "steps": 5})["step"] == 5
