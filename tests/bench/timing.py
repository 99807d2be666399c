"""How things are timed: CPU time, taken in turns, medians.

What else a machine does stretches seconds on the wall, and, less, CPU seconds: two things are
compared only by a ratio from one run in which they took turns.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any


@dataclass(frozen=True)
class Took:
    """Seconds of this process on the processor and on the wall, and what was made in them."""

    cpu: float
    wall: float
    made: Any


def timed(work: Callable[[], Any]) -> Took:
    cpu, wall = time.process_time(), time.perf_counter()
    made = work()
    return Took(time.process_time() - cpu, time.perf_counter() - wall, made)


def in_turns(works: Mapping[str, Callable[[int], Any]], rounds: int) -> dict[str, list[Took]]:
    """Each work once a round, the order turned round every other time; they get the round."""
    took: dict[str, list[Took]] = {name: [] for name in works}
    for number in range(rounds):
        order = list(works.items())
        for name, work in reversed(order) if number % 2 else order:
            took[name].append(timed(partial(work, number)))
    return took


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Median, and from least to most where there are several."""
    middle = f"{median(values):.{digits}f}"
    if len(values) == 1:
        return middle
    return f"{middle} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def quarters(values: Sequence[float]) -> tuple[float, float]:
    """The bounds between which the middle half lies."""
    low, _, high = statistics.quantiles(values, n=4)
    return low, high
