"""What a setting of regularisation is worth: the same fine-tune with and without it, in pairs.

Each effect is what it changes of the usual recipe; seeds are paired, so the pictures, the head and
the order are the same in both.  "No effect" is an answer, and "too few pairs to say" is another
(tlcore.ground.difference).  No torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tlcore.ground import difference
from tlcore.ground.difference import around

EFFECTS: dict[str, dict[str, Any]] = {
    "layer_decay": {"layer_decay": 0.8},
    "weight_decay": {"weight_decay": 0.3},
    "l2_sp": {"weight_decay": 0.3, "decay_to": "start"},
    "dropout": {"dropout": 0.3},
    "label_smoothing": {"label_smoothing": 0.1},
    "augment": {"augment": "shift"},
}


Word = Literal["helps", "hurts", "none", "open"]
WORDS: dict[difference.Word, Word] = {
    **{"ahead": "helps", "behind": "hurts", "equal": "none", "open": "open"}
}


@dataclass(frozen=True)
class Effect:
    """In shares of the test pictures: mean difference, half of its 95 % interval."""

    mean: float
    half: float
    seeds: int

    @property
    def word(self) -> Word:
        """ "none": less than the margin, whatever its sign; "open": too few pairs to say."""
        return WORDS[around(self.mean, self.half).word]


def of(without: Sequence[float], with_it: Sequence[float], asked: int) -> Effect:
    """Accuracy of each seed without the setting and with it, on so many pictures."""
    found = difference.of_seeds(with_it, without, asked)
    return Effect(found.mean, found.half, len(without))
