"""Which pictures of one's own train, which validate, which test.

About 60/20/20 of each class, in the order of their sha256, which nobody chose.  What came with a
split of its own keeps it.  Pictures of one group (a patient, a photographer, an hour of a camera)
are never on two sides: the test would else ask for what was learned by heart.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tlcore.catalog.own import Picture

PARTS = ("train", "val", "test")
HELD_OUT = 0.2  # of the pictures, to validate and again to test


@dataclass(frozen=True)
class Splits:
    """One class; the same whatever a run's seed."""

    train: list[Picture] = field(default_factory=list)
    val: list[Picture] = field(default_factory=list)
    test: list[Picture] = field(default_factory=list)

    def of(self, part: str) -> list[Picture]:
        found: list[Picture] = getattr(self, part)
        return found


def plain(pictures: Sequence[Picture]) -> Splits:
    """Of at least three pictures in their order."""
    fifth = max(1, round(len(pictures) * HELD_OUT))
    return Splits(
        list(pictures[2 * fifth :]), list(pictures[:fifth]), list(pictures[fifth : 2 * fifth])
    )


def parted(classes: Mapping[str, Sequence[Picture]]) -> dict[str, Splits]:
    """{class: its splits} of pictures by class, each in their order."""
    everything = [picture for pictures in classes.values() for picture in pictures]
    if not any(picture.split or picture.group for picture in everything):
        return {label: plain(pictures) for label, pictures in classes.items()}
    parts = _given(everything)
    found = {label: Splits() for label in classes}
    for label, pictures in classes.items():
        for picture in pictures:
            found[label].of(parts[picture.file]).append(picture)
    return found


def _given(everything: Sequence[Picture]) -> dict[str, str]:
    """{file: part}.  A part that nobody named takes a fifth of what was to be trained on."""
    parts = {p.file: p.split for p in everything if p.split in ("val", "test")}
    left = [p for p in everything if p.file not in parts]
    asked = HELD_OUT * len(left)
    for part in ("val", "test"):
        if part not in parts.values():
            held = _held_out(left, asked / max(1, len(left)))
            parts |= dict.fromkeys((p.file for p in held), part)
            left = [p for p in left if p.file not in parts]
    return parts | {p.file: "train" for p in left}


def _held_out(pool: Sequence[Picture], share: float) -> list[Picture]:
    """Whole groups, about this share of each class and something of every class.

    Group by group in an order that nobody chose, each taken while one of its classes still lacks
    pictures and none of them would lose its last one to train on.
    """
    groups: defaultdict[str, list[Picture]] = defaultdict(list)
    for picture in pool:
        groups[picture.group or picture.sha256].append(picture)
    there = Counter(picture.label for picture in pool)
    wanted = {label: max(1, round(n * share)) for label, n in there.items()}
    taken: Counter[str] = Counter()
    found: list[Picture] = []
    for name in sorted(groups, key=lambda name: hashlib.sha256(name.encode()).digest()):
        more = Counter(picture.label for picture in groups[name])
        lacks = any(taken[label] < wanted[label] for label in more)
        spares = all(there[label] - taken[label] - n > 0 for label, n in more.items())
        if lacks and spares:
            taken += more
            found += groups[name]
    return found
