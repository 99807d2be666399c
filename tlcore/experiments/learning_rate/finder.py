"""The learning-rate finder's suggestion, from the losses of one sweep.  No torch.

The rate grows by the same factor at every step until the loss explodes (Smith 2015,
arXiv:1506.01186).  The sweep is short and noisy, so two rules are read off the smoothed curve, and
where they disagree that is said: a finder names a place to begin, not the best rate.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

MEMORY = 0.9  # of the smoothed loss: about ten steps, corrected for its beginning
EXPLODED = 4.0  # times the least smoothed loss: there is nothing more to see
SKIPPED = 5  # first steps whose smoothed loss is still that of one or two batches
APART = 5.0  # factor between the two rules above which they are said to disagree
FALLEN = 0.05  # share of the first loss that must be gone: else nothing was learned


@dataclass(frozen=True)
class Suggestion:
    """`rate` None: the loss never fell, so there is nothing to suggest.

    steepest: where the smoothed loss falls fastest over the logarithm of the rate; tenth: a tenth
    of the rate where it is least; `rate`: the smaller of the two, rounded to one digit.
    """

    rate: float | None
    steepest: float | None
    tenth: float | None
    least: float | None
    agree: bool


def smooth(losses: Sequence[float]) -> list[float]:
    """Exponentially weighted mean, its beginning corrected (as Adam corrects its moments)."""
    found, mean = [], 0.0
    for number, loss in enumerate(losses, start=1):
        mean = MEMORY * mean + (1 - MEMORY) * loss
        found.append(mean / (1 - MEMORY**number))
    return found


def exploded(losses: Sequence[float]) -> bool:
    """Whether a sweep need not go on."""
    if not math.isfinite(losses[-1]):
        return True
    smoothed = smooth(losses)
    return len(losses) > SKIPPED and smoothed[-1] > EXPLODED * min(smoothed)


def suggest(rates: Sequence[float], losses: Sequence[float]) -> Suggestion:
    """From the rates of a sweep and the loss at each, in order; those not finite at the end."""
    kept = [(r, loss) for r, loss in zip(rates, losses, strict=True) if math.isfinite(loss)]
    smoothed = smooth([loss for _, loss in kept])[SKIPPED:]
    logs = [math.log10(rate) for rate, _ in kept][SKIPPED:]
    nothing = Suggestion(None, None, None, None, agree=False)
    if len(smoothed) < 3:
        return nothing
    least = smoothed.index(min(smoothed))
    if smoothed[0] - smoothed[least] < FALLEN * smoothed[0] or least < 2:
        return nothing
    # Slope over two steps, up to where the loss is least: behind it there is nothing to gain.
    slopes = [
        (smoothed[k + 1] - smoothed[k - 1]) / (logs[k + 1] - logs[k - 1]) for k in range(1, least)
    ]
    steepest = 10 ** logs[1 + slopes.index(min(slopes))]
    tenth = 10 ** (logs[least] - 1)
    agree = max(steepest, tenth) <= APART * min(steepest, tenth)
    rate = float(f"{min(steepest, tenth):.0e}")
    return Suggestion(rate, steepest, tenth, 10 ** logs[least], agree)
