"""Regret: the winner's luck is not counted, nothing is known of the set that is left out."""

import random

import pytest

from tests.tlcore.experiments.matrix.grid_house import situation
from tlcore.experiments.matrix import advisor
from tlcore.experiments.matrix.grid import points, regret, rules
from tlcore.experiments.matrix.grid.situations import ACTIONS, FULL, HEAD, Action

LAST = Action("last_blocks", "triple")
SETS = (("a", 0.1), ("b", 0.2), ("c", 0.3), ("d", 0.7), ("e", 0.8), ("f", 0.9))


def world(best):
    return [situation(name, n, near, best(name, n)) for name, near in SETS for n in (4, 100)]


def test_all_balanced_halves_are_taken():
    assert len(regret.halves((0, 1, 2, 3))) == 6
    assert ((0, 1), (2, 3)) in regret.halves((0, 1, 2, 3))
    assert ((2, 3), (0, 1)) in regret.halves((0, 1, 2, 3))
    assert regret.halves((0, 1)) == [((0,), (1,)), ((1,), (0,))]
    assert len(regret.halves((0, 1, 2))) == 6


def test_advice_that_is_right_has_no_regret_and_the_others_do():
    found = regret.scores(world(lambda name, n: HEAD if n < 50 else LAST))
    scores = {score.policy: score for score in found}
    assert [score.policy for score in found][:3] == ["tenth", "half", "all"]
    assert scores["half"].regret.mean == pytest.approx(0)
    assert "half" not in scores["half"].behind
    assert scores["head_only"].regret.mean == pytest.approx(0.2)
    assert scores["everything"].regret.mean == pytest.approx(0.4)
    assert scores["everything"].share == 1
    assert scores["half"].share == pytest.approx((0.1 + 0.4) / 2)
    assert scores["head_only"].behind["half"].low > 0


def test_a_data_set_is_not_asked_about_by_rules_that_know_it():
    found = world(lambda name, n: LAST if name in "ab" else HEAD)
    whole = rules.learn(found)
    assert rules.choose(whole, 4, 0.1).action == LAST  # two sets carry a rule
    told = {s.data: a for s, a in zip(found, regret.advised(found), strict=True)}
    assert told["a"] == told["b"] == HEAD  # without the one that is asked about, one is left
    assert told["c"] == LAST  # without it the border lies halfway to the next set, beyond it


def test_among_equals_the_winner_s_luck_is_not_counted():
    """All actions are equally good but for noise: a winner picked and scored on the same seeds
    would stand points above them."""
    draw = random.Random(1)
    losses, naive = [], []
    for number in range(40):
        noisy = {a: {seed: draw.gauss(0.7, 0.03) for seed in range(4)} for a in ACTIONS}
        one = situation(str(number), 4, 0.5, HEAD, accuracy=noisy)
        losses.append(regret._regret(one, FULL))
        naive.append(one.losses[FULL])
    assert abs(sum(losses) / 40) < 0.01
    assert sum(naive) / 40 > 0.02


def test_an_interval_comes_from_drawing_whole_data_sets():
    same = regret.interval([0.2] * 6, ["a", "a", "b", "b", "c", "c"])
    assert (same.mean, same.low, same.high) == pytest.approx((0.2, 0.2, 0.2))
    apart = regret.interval([0.0, 0.0, 0.6, 0.6], ["a", "a", "b", "b"])
    assert (apart.low, apart.mean, apart.high) == pytest.approx((0.0, 0.3, 0.6))


def test_the_textbook_answers_what_the_matrix_does():
    few, many = situation("digits", 4, 0.9, HEAD), situation("digits", 100, 0.1, HEAD)
    assert regret.textbook(few) == HEAD
    assert advisor.advise("different_large", 1_000).plan.freeze == 0
    assert regret.textbook(many) == FULL
    between = situation("digits", 4, 0.1, HEAD)
    assert regret.textbook(between) == Action("most_blocks", "advised")
    plan = advisor.advise("different_small", 40).plan
    strategy = points.roles(8)["most_blocks"]
    assert points.Point("clothing", "digits", 40, strategy, "advised", 0).plan == plan
