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


def apart(everything: Sequence[Picture]) -> int:
    """Groups that the split which came with them has put on two sides."""
    sides: defaultdict[str, set[str]] = defaultdict(set)
    for picture in everything:
        if picture.group and picture.split:
            sides[picture.group].add(picture.split)
    return sum(len(found) > 1 for found in sides.values())


def _given(everything: Sequence[Picture]) -> dict[str, str]:
    """{file: part}.  Who is of a group that was named for a part follows it; a part that nobody
    named takes a fifth of what is left."""
    named = {p.group: p.split for p in everything if p.group and p.split in ("val", "test")}
    parts: dict[str, str] = {
        p.file: p.split or named[p.group]
        for p in everything
        if p.split in ("val", "test") or (not p.split and p.group in named)
    }
    left = [p for p in everything if p.file not in parts]
    asked = HELD_OUT * len(left)
    for part in ("val", "test"):
        there = {p.label for p in everything if parts.get(p.file) == part}
        # A part that lacks a class takes of its pictures that nobody named for another part.
        pool = [p for p in left if p.label not in there and not p.split] if there else left
        held = _held_out(pool, HELD_OUT if there else asked / max(1, len(left)))
        parts |= dict.fromkeys((p.file for p in held), part)
        left = [p for p in left if p.file not in parts]
    return parts | {p.file: "train" for p in left}


def _held_out(pool: Sequence[Picture], share: float) -> list[Picture]:
    """Whole groups, as near to this share of each class as they allow, and something of every
    class.

    Group by group in an order that nobody chose, each taken where it brings the classes nearer to
    their shares: one that is much too large stays to be trained on.  A class that has nothing then
    takes its smallest group.  No class loses its last picture to train on.
    """
    groups: defaultdict[str, list[Picture]] = defaultdict(list)
    for picture in pool:
        groups[picture.group or picture.sha256].append(picture)
    counts = {name: Counter(picture.label for picture in of) for name, of in groups.items()}
    there = Counter(picture.label for picture in pool)
    wanted = {label: max(1.0, n * share) for label, n in there.items()}
    taken: Counter[str] = Counter()
    found: list[str] = []

    def spares(name: str) -> bool:
        return all(there[c] - taken[c] - n > 0 for c, n in counts[name].items())

    def nearer(name: str) -> bool:
        off = {label: wanted[label] - taken[label] for label in counts[name]}
        return sum(abs(off[c] - n) for c, n in counts[name].items()) < sum(map(abs, off.values()))

    order = sorted(groups, key=lambda name: hashlib.sha256(name.encode()).digest())
    for name in order:
        if spares(name) and nearer(name):
            taken += counts[name]
            found.append(name)
    for label in there:
        least = sorted((n for n in order if counts[n][label]), key=lambda n: len(groups[n]))
        smallest = next(filter(spares, least), None)
        if not taken[label] and smallest is not None:
            taken += counts[smallest]
            found.append(smallest)
    return [picture for name in found for picture in groups[name]]
