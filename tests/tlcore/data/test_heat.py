"""Strength as a colour: the nearest of 8 bits, not the next lower one."""

import numpy as np

from tlcore.data import heat


def test_a_strength_is_the_nearest_colour_between_two_steps():
    steps = ((0, 0, 0), (1, 2, 255))
    found = heat.colours(np.array([[0.0, 0.3, 0.75, 1.0]]), steps)
    assert found.dtype == np.uint8
    assert found.tolist() == [[[0, 0, 0], [0, 1, 76], [1, 2, 191], [1, 2, 255]]]
