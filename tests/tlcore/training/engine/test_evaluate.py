"""The verdict: exact on a network whose answers are written down."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from torch.nn import functional as F

from tests.tlcore import toy
from tlcore.ground import spread
from tlcore.ground.recipe import Recipe, everything
from tlcore.training.engine import evaluate, train

SCORES = torch.tensor(
    [[4.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 2.0], [0.0, 5.0, 0.0], [1.0, 0.0, 0.0]]
)
LABELS = torch.tensor([0, 1, 1, 0, 0])  # right, right, wrong, wrong and sure of it, right


@pytest.fixture
def verdict(monkeypatch):
    monkeypatch.setattr(evaluate, "scores", lambda state, feed: SCORES)
    state = SimpleNamespace(recipe=Recipe())
    return evaluate.judge(state, SimpleNamespace(split=SimpleNamespace(labels=LABELS)))


def test_accuracy_and_confusion(verdict):
    assert verdict["test_accuracy"] == 0.6
    assert verdict["confusion"] == [[2, 1, 0], [0, 1, 1], [0, 0, 0]]
    assert verdict["predictions"] == [0, 1, 2, 1, 0]
    assert verdict["truth"] == [0, 1, 1, 0, 0]
    expected = SCORES.softmax(1).max(1).values.tolist()
    assert verdict["confidence"] == pytest.approx(expected, abs=1e-4)
    assert verdict["test_loss"] == pytest.approx(F.cross_entropy(SCORES, LABELS).item())


def test_best_are_right_and_sure_worst_lose_most(verdict):
    assert verdict["best"] == [0, 1, 4]
    assert verdict["worst"][:2] == [3, 2]


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [
        # Newcombe 1998, table I, method 3 (Wilson)
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_wilsons(hits, count, low, high):
    assert spread.wilson(hits, count) == pytest.approx((low, high), abs=5e-5)


def test_nobody_right_and_everybody_right_stay_within_bounds():
    assert spread.wilson(0, 5)[0] == 0.0
    assert spread.wilson(5, 5)[1] == 1.0


def test_validation_is_judged_in_eval_mode_and_changes_nothing():
    """Dropout and batch statistics are off: the same network says the same twice."""
    running = train(toy.backbone(), toy.images(), everything(4), Recipe(epochs=2, batch=8))
    for row in running:
        if row["kind"] == "step" and row["step"] == 4:
            break
    names = running.gi_frame.f_locals
    state, val = names["state"], names["supply"].val
    before = {k: v.clone() for k, v in state.blocks.state_dict().items()}
    first = evaluate.loss_and_accuracy(state, val)
    assert evaluate.loss_and_accuracy(state, val) == first
    assert all(torch.equal(before[k], v) for k, v in state.blocks.state_dict().items())


def test_the_validation_loss_is_the_loss_that_is_trained():
    plain, smooth = (
        list(
            train(
                toy.backbone(),
                toy.images(),
                everything(4),
                Recipe(epochs=1, batch=8, label_smoothing=smoothing),
            )
        )
        for smoothing in (0.0, 0.3)
    )
    assert plain[1]["val_accuracy"] == smooth[1]["val_accuracy"]
    assert plain[1]["val_loss"] != smooth[1]["val_loss"]
