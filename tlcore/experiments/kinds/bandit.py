"""A bandit: some levers, each pays with a chance of its own that nobody tells.

The smallest case of reinforcement learning: no way to walk, only whether to try others or to stay
with what has paid best so far.  What pull number i of a lever brings is drawn before the first
pull, so that a reader cannot be lucky by waiting, and a reload brings the same.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

CHANCES = (0.25, 0.45, 0.7)  # in an order that the seed draws
PULLS = 20
CURIOSITIES = (0.0, 0.1, 1.0)  # never tries another; now and then; always at random


def chances(seed: int) -> list[float]:
    """Of each lever."""
    return [float(c) for c in np.random.default_rng([seed, 0]).permutation(CHANCES)]


def payments(seed: int, pulls: int = PULLS) -> npt.NDArray[np.int64]:
    """(levers, pulls) of 0 and 1: what each pull of each lever brings."""
    draws = np.random.default_rng([seed, 1]).random((len(CHANCES), pulls))
    return (draws < np.array(chances(seed))[:, None]).astype(np.int64)


def paid(levers: Sequence[int], seed: int) -> list[int]:
    """What a reader got who pulled these levers in this order, at most PULLS of them."""
    table, seen, found = payments(seed), [0] * len(CHANCES), []
    for lever in levers:
        found.append(int(table[lever, seen[lever]]))
        seen[lever] += 1
    return found


def play(curiosity: float, players: int, seed: int, pulls: int = PULLS) -> float:
    """Payments of a program in `pulls` pulls, mean over `players`.

    Epsilon-greedy (Sutton and Barto 2018, 2.2): with chance `curiosity` any lever, else the one
    with the best mean so far; an untried one counts 0, a tie is broken at random.
    """
    rng = np.random.default_rng([seed, 2])
    chance = np.array(chances(seed))
    everyone, levers = np.arange(players), len(chance)
    tried, won = np.zeros((players, levers)), np.zeros((players, levers))
    for _ in range(pulls):
        so_far = won / np.maximum(tried, 1) + 1e-9 * rng.random((players, levers))
        curious = rng.random(players) < curiosity
        pulled = np.where(curious, rng.integers(0, levers, players), so_far.argmax(1))
        tried[everyone, pulled] += 1
        won[everyone, pulled] += rng.random(players) < chance[pulled]
    return float(won.sum(1).mean())
