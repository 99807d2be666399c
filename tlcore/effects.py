"""What a setting of regularisation is worth: the same fine-tune with and without it, in pairs.

Each effect is what it changes of the usual recipe; seeds are paired, so the pictures, the head and
the order are the same in both.  "No effect seen" is an answer.  No torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from tlcore.spread import half

EFFECTS: dict[str, dict[str, Any]] = {
    "layer_decay": {"layer_decay": 0.8},
    "weight_decay": {"weight_decay": 0.3},
    "l2_sp": {"weight_decay": 0.3, "decay_to": "start"},
    "dropout": {"dropout": 0.3},
    "label_smoothing": {"label_smoothing": 0.1},
    "augment": {"augment": "shift"},
}


@dataclass(frozen=True)
class Effect:
    """In shares of the test pictures: mean difference, half of its 95 % interval."""

    mean: float
    half: float
    seeds: int

    @property
    def word(self) -> str:
        """ "helps", "hurts", or "none": no effect beyond the noise of the seeds."""
        if abs(self.mean) <= self.half:
            return "none"
        return "helps" if self.mean > 0 else "hurts"


def of(without: Sequence[float], with_it: Sequence[float]) -> Effect:
    """Test accuracy of each seed without the setting and with it."""
    more = [b - a for a, b in zip(without, with_it, strict=True)]
    return Effect(fmean(more), half(more), len(more))
