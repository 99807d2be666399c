"""The finder: what it reads off curves made by hand, and its sweep on a toy network."""

import json
import math

import pytest

from tests.tlcore import toy
from tlcore.data import sets
from tlcore.experiments.learning_rate import finder
from tlcore.experiments.learning_rate.reading import grid
from tlcore.experiments.learning_rate.run import finder as finder_run
from tlcore.experiments.learning_rate.spec import FinderSpec
from tlcore.networks import backbones

RATES = grid(1e-6, 10, 71)  # ten a factor of ten


def curve(middle=-3.0, least=-2.0, after=40.0):
    """Falls around 10^middle, is least at 10^least, then rises steeply."""
    found = []
    for rate in RATES:
        x = math.log10(rate)
        loss = 2 - 1.5 / (1 + math.exp(-6 * (x - middle)))
        found.append(loss + after * max(0, x - least) ** 2)
    return found


def test_smoothing_leaves_a_constant_alone_and_forgets_the_past():
    assert finder.smooth([3.0] * 5) == pytest.approx([3.0] * 5)
    assert finder.smooth([1.0, 2.0]) == pytest.approx([1.0, (0.9 * 0.1 * 1 + 0.1 * 2) / 0.19])


def test_a_curve_that_falls_and_explodes_suggests_a_rate_before_its_least_loss():
    found = finder.suggest(RATES, curve())
    # Smoothing over ten steps, a factor of ten here, moves both to higher rates.
    assert 1e-3 <= found.steepest <= 1e-2
    assert found.least >= 1e-2
    assert found.tenth == pytest.approx(found.least / 10)
    assert found.rate == float(f"{min(found.steepest, found.tenth):.0e}")
    assert found.agree


def test_rules_that_lie_far_apart_are_told_to_disagree():
    assert not finder.suggest(RATES, curve(middle=-4.5, least=-0.5)).agree


def test_a_loss_that_never_falls_suggests_nothing():
    for losses in ([2.0] * 71, curve(middle=5, least=-6), [2.0, 1.0]):
        found = finder.suggest(RATES[: len(losses)], losses)
        assert (found.rate, found.agree) == (None, False)


def test_a_sweep_ends_when_the_loss_has_exploded():
    assert not finder.exploded([2.0] * 20)
    assert finder.exploded([2.0] * 20 + [100.0])
    assert finder.exploded([2.0, float("nan")])


@pytest.fixture
def toys(monkeypatch):
    monkeypatch.setattr(backbones, "build", lambda name: toy.backbone())
    monkeypatch.setattr(
        sets, "load", lambda name, size, seed, knobs: toy.images(train=size, seed=seed)
    )


@pytest.mark.parametrize("learns", ["head_only", "everything"])
def test_the_sweep_raises_the_rate_by_one_factor_and_ends_with_its_losses(toys, learns, tmp_path):
    asked = FinderSpec(train_size=40, learns=learns, steps=60)
    *before, result = finder_run.rows(asked, tmp_path, tmp_path)
    points = [row for row in before if row["kind"] == "point"]
    factors = {round(b["rate"] / a["rate"], 2) for a, b in zip(points, points[1:], strict=False)}
    assert len(factors) <= 2  # one, rounded
    assert result["rates"][: len(points)] == [row["rate"] for row in points]
    assert result["losses"][: len(points)] == [row["loss"] for row in points]
    assert len(result["losses"]) > 20
    assert finder.suggest(result["rates"], result["losses"]).rate is not None
    assert json.loads(json.dumps(before + [result], allow_nan=False)) == [*before, result]


def test_at_the_lowest_rates_nothing_moves_and_every_loss_is_that_of_the_start(toys, tmp_path):
    """Two passes at rates below 1e-5: the loss of the same pictures is the same."""
    asked = FinderSpec(train_size=32, learns="head_only", steps=70)
    *_, result = finder_run.rows(asked, tmp_path, tmp_path)
    assert result["losses"][1] == pytest.approx(result["losses"][0], abs=1e-3)
    assert min(result["losses"]) < 0.8 * result["losses"][0]
