"""What the steps say: each reading on steps made for it, silence beside its border."""

from __future__ import annotations

import math

import pytest

from tlcore.runs.reading import steps as by_step


def steps(losses, **fields):
    """`fields`: what a step tells of each group, {group: a number or one for each step}."""

    def at(value, i):
        return value[i] if isinstance(value, list) else value

    return [
        {
            "step": i,
            "epoch": 1,
            "loss": loss,
            **{f: {g: at(v, i - 1) for g, v in of.items()} for f, of in fields.items()},
        }
        for i, loss in enumerate(losses, start=1)
    ]


FALLING = [2.0 * 0.95**i for i in range(40)]


def test_a_loss_that_rose_far_above_its_start_has_jumped():
    losses = FALLING[:10] + [5.0, 6.0, 7.0, 6.0, 5.0] + FALLING[10:]
    found = by_step.jumped(steps(losses), classes=4)
    assert (found.key, found.values["top"], found.values["step"]) == ("jumped", "6", 14)
    assert found.values["before"] == "1.8"  # 2 * 0.95 ** 2, the median of five
    assert by_step.jumped(steps(FALLING), classes=4) is None


def test_one_bad_batch_is_no_jump():
    losses = FALLING[:10] + [50.0, 40.0] + FALLING[10:]
    assert by_step.jumped(steps(losses), classes=4) is None


def test_a_small_loss_that_doubles_is_no_jump_while_it_is_better_than_guessing():
    losses = [0.1] * 15 + [1.0] * 10 + [0.1] * 15
    assert by_step.jumped(steps(losses), classes=4) is None  # ln 4 = 1.39
    assert by_step.jumped(steps(losses), classes=1) is None
    assert by_step.jumped(steps([2.0] * 10 + [9.0] * 9), classes=4) is None  # too short


def test_a_gradient_a_hundred_times_its_early_size_explodes():
    norms = [1.0] * 25 + [50.0] * 5 + [101.0] + [2.0] * 9
    found = by_step.exploding(steps(FALLING, grad_norm={"block2": norms, "head": 1.0}))
    assert (found.values["group"], found.values["step"], found.values["times"]) == (
        "block2",
        31,
        "101",
    )
    calm = [1.0] * 25 + [99.0] + [2.0] * 14
    assert by_step.exploding(steps(FALLING, grad_norm={"block2": calm})) is None


def test_a_gradient_that_shrank_and_came_back_does_not_explode():
    """Of a converged run one hard batch can be ten thousand times the step before."""
    norms = [1.0] * 10 + [1e-5] * 20 + [1.0] * 10
    assert by_step.exploding(steps(FALLING, grad_norm={"block2": norms})) is None


def test_a_frozen_block_neither_explodes_nor_vanishes():
    told = steps(FALLING, grad_norm={"head": 1.0})
    assert by_step.exploding(told) is None
    assert by_step.vanishing(told) is None
    assert by_step.vanishing(steps(FALLING, grad_norm={"stem": None, "block2": 1.0})) is None


def test_blocks_that_hardly_any_gradient_reaches_are_named():
    sizes = {"stem": 1e-5, "block2": 2e-4, "block3": 0.1, "block4": 1.0, "head": 900.0}
    found = by_step.vanishing(steps(FALLING, grad_norm=sizes))
    assert found.values["groups"] == "stem, block2"
    assert found.values["share"] == "0.02%"
    near = {"stem": 2e-3, "block4": 1.0, "head": 900.0}  # a thousandth, and the head is no block
    assert by_step.vanishing(steps(FALLING, grad_norm=near)) is None


def test_gradients_that_end_with_the_learning_do_not_vanish():
    size = {"stem": [1.0] * 14 + [0.0] * 26, "block2": 1.0}
    assert by_step.vanishing(steps(FALLING, grad_norm=size)) is None


def ran(first, last):
    return [{"epoch": e, "train_loss": x} for e, x in enumerate((None, first, last))]


def test_weights_that_hardly_move_while_the_loss_stays_are_slow():
    told = steps(FALLING, update_ratio={"stem": 2e-6, "head": 6e-5})
    found = by_step.slow(told, ran(1.62, 1.61))
    assert (found.values["ratio"], found.values["usual"]) == ("0.006%", "0.1%")
    assert by_step.slow(told, ran(1.62, 0.5)) is None  # it learned all the same
    quick = steps(FALLING, update_ratio={"stem": 2e-6, "head": 2e-4})
    assert by_step.slow(quick, ran(1.62, 1.61)) is None
    assert by_step.slow(steps(FALLING), ran(1.62, 1.61)) is None  # nothing was measured


@pytest.mark.parametrize(("distance", "says"), [(1.0, "block2"), (0.99, None)])
def test_kept_blocks_further_from_their_origin_than_from_zero_are_far(distance, says):
    told = [{"epoch": 3, "distance": {"stem": 0.2, "block2": distance, "norm": None}}]
    found = by_step.far(told)
    assert (found and found.values["groups"]) == says
    assert by_step.far([]) is None


def test_the_loss_of_guessing_is_the_logarithm_of_the_classes():
    """10 classes: ln 10 = 2.30; five steps of 3.4 are below 1.5 times that, of 3.5 above."""
    assert 3.4 < by_step.JUMPED * math.log(10) < 3.5
    for top, jumped in ((3.4, False), (3.5, True)):
        losses = [0.5] * 20 + [top] * 5 + [0.5] * 20
        assert (by_step.jumped(steps(losses), classes=10) is not None) == jumped
