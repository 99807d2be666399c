"""What a strip says: figures by hand."""

import math

import pytest
from scipy import stats

from tlcore.experiments.learning_rate import reading as rate_strips
from tlcore.experiments.learning_rate.reading import Strip

RATES = [1e-4, 1e-3, 1e-2, 1e-1]


def strip(*means, spread=0.0):
    return Strip(RATES, [[m - spread, m, m + spread] for m in means])


def test_a_grid_has_its_two_ends_and_equal_factors():
    found = rate_strips.grid(1e-5, 10, 19)
    assert (found[0], found[3], found[-1]) == (1e-5, 1e-4, 10)
    assert len(found) == 19


def test_the_width_ends_where_a_straight_line_falls_two_points_under_the_best():
    width = strip(0.60, 0.70, 0.69, 0.60).width
    # left: from .70 at 1e-3 down to .60 at 1e-4, .68 after a fifth; right: .69 to .60, a ninth
    assert math.log10(width.low) == pytest.approx(-3.2)
    assert math.log10(width.high) == pytest.approx(-2 + 1 / 9)
    assert width.best == 1e-3
    assert not width.open_low
    assert not width.open_high
    assert width.tens == pytest.approx(1.2 + 1 / 9)


def test_a_width_that_reaches_the_end_of_what_was_tried_is_open():
    width = strip(0.69, 0.70, 0.5, 0.7).width
    assert (width.low, width.open_low, width.open_high) == (pytest.approx(1e-4), True, False)
    assert width.high < 1e-2  # what is as good further on is another stretch


def test_the_ends_fall_hold_or_stay_open():
    assert rate_strips.ends(strip(0.3, 0.7, 0.7, 0.69)) == ("falls", "holds")
    noisy = Strip(RATES, [[0.7, 0.7, 0.7], [0.71, 0.71, 0.71], [0.6, 0.6, 0.6], [0.6, 0.7, 0.75]])
    assert rate_strips.fate(noisy, 3) == "open"


def test_the_nearest_rate_is_by_factors():
    assert rate_strips.nearest(strip(0, 0, 0, 0), 4e-3) == 2
    assert rate_strips.nearest(strip(0, 0, 0, 0), 2.9e-3) == 1


def test_one_strip_is_wider_than_another_by_pairs_of_seeds():
    flat, peaked = strip(0.69, 0.70, 0.70, 0.69), strip(0.2, 0.7, 0.2, 0.1)
    mean, half = rate_strips.wider(flat, peaked)
    assert mean == pytest.approx(3 - 2 * 0.02 / 0.5, abs=1e-9)
    step = math.log10(RATES[1] / RATES[0])  # seeds agree: an edge is known to a step of the grid
    least = stats.t.ppf(0.975, flat.seeds - 1) / math.sqrt(flat.seeds) * step / math.sqrt(12)
    assert half == pytest.approx(least, rel=1e-3)  # ours is from a table
    uneven = Strip(RATES, [[0.7, 0.1], [0.7, 0.7], [0.1, 0.7], [0.1, 0.7]])
    mean, half = rate_strips.wider(uneven, peaked)
    assert half > abs(mean)  # a seed says so, the other does not
