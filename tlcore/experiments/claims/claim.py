"""What a published claim is here: its rule, its seeds, the published figure, and how it is judged.

A claim is one effect or several, each with the bound it must pass.  Rows are what one seed measured
(`Row`: seed, and numbers by name); a judge is a pure function of them, so that the recorded table,
the page and the tests say the same.

A module of this package that exports `CLAIM` is found by `tlcore.experiments.claims.said.every`.
Its texts lie in assets/locale under `claims.<id>.`: title (a few words), claim, rule, published,
how (one sentence each), reason (what was looked for where it does not hold), label.<label>,
effect.<name>.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tlcore.ground import spread

Status = Literal["holds", "fails", "undecided"]
Row = Mapping[str, Any]  # "seed", and what that seed measured: what JSON can hold
Read = Literal["primary", "transcription"]  # where the published figure was read
Unit = Literal["points", "percent", "times", "ratio"]  # a text under `claims.unit.`


@dataclass(frozen=True)
class Point:
    """One mark of a figure, in the claim's unit; `label` is a text under `claims.<id>.label.`"""

    label: str
    value: float
    half: float | None = None  # of the 95 % interval, where there is one


@dataclass(frozen=True)
class Published:
    points: tuple[Point, ...]
    unit: Unit  # of these points and of those measured here
    name: str  # authors and year
    source: str  # address
    read: Read


@dataclass(frozen=True)
class Effect:
    """A difference or ratio over seeds that must be at least `bound`; mean, half the 95 % interval.

    `name` is a text under `claims.<id>.effect.`.  Signs are chosen so that more is more of the
    claim; one seed has an infinite interval.  In the claim's unit.
    """

    name: str
    mean: float
    half: float
    bound: float

    @property
    def status(self) -> Status:
        """Decided only where the whole interval lies on one side of the bound."""
        if self.mean - self.half >= self.bound:
            return "holds"
        return "fails" if self.mean + self.half < self.bound else "undecided"


@dataclass(frozen=True)
class Verdict:
    effects: tuple[Effect, ...]
    ours: tuple[Point, ...]  # what stands beside the published points, under the same labels
    seeds: int

    @property
    def status(self) -> Status:
        """A claim of several parts fails with any of them, and holds only with all."""
        found = {effect.status for effect in self.effects}
        if "fails" in found:
            return "fails"
        return "undecided" if "undecided" in found else "holds"


@dataclass(frozen=True)
class Claim:
    """`measure` is "module:function", imported late because it loads torch.  function(seed, small)
    yields {"done": k, "of": n} while it goes, and last the Row of that seed, with "seed" in it;
    `small`: the same on a few pictures, for a test.  CPU seconds are added by who calls it.

    `settings` are the sizes it measures at: rows of other settings are not its rows.  `recorded`:
    rows that another recording of this project holds already, so that nothing is kept twice.  A
    row is whole with all of `keys`; one of `recorded` that is not is measured for what it lacks
    and for what that is `compared` with: two recordings may differ in precision or machine.
    """

    number: int
    id: str
    seeds: int  # as many decide it
    published: Published
    measure: str
    judge: Callable[[Sequence[Row]], Verdict]
    settings: Mapping[str, Any] = field(default_factory=dict)
    backbone: str = "clothing"
    keys: tuple[str, ...] = ()
    compared: tuple[tuple[str, ...], ...] = ()  # groups of keys
    lead: str = ""  # label of the mark that stands for the claim in a table; else the first
    recorded: Callable[[], Sequence[Row]] | None = None

    @property
    def preset(self) -> str:
        """The experiment that the reader can run (one seed), made in
        tlcore/experiments/claims/presets.py."""
        return f"claims.{self.id}"


def effect(name: str, found: Sequence[float], bound: float) -> Effect:
    """Over seeds; of one seed, or of none, nothing can be decided."""
    if len(found) < 2:
        return Effect(name, found[0] if found else math.nan, math.inf, bound)
    centre, half = spread.interval(found)
    return Effect(name, centre, half, bound)


def point(label: str, found: Sequence[float]) -> Point:
    """Mean over seeds, with its interval where there are two or more."""
    if len(found) < 2:
        return Point(label, found[0])
    return Point(label, *spread.interval(found))


def over(rows: Sequence[Row], keys: Sequence[str], of: Callable[..., float]) -> list[float]:
    """`of` the values under these keys, for each row that has all of them."""
    return [of(*(row[key] for key in keys)) for row in rows if all(key in row for key in keys)]
