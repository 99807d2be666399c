"""What a running dispatcher and its workers import by name later, as in fixtures/late_names.txt.

A dispatcher from before a move asks for the name of before, and its runs fail: a number that rises
lets it be ended in time (tlcore.runs.holder).  Only what is asked for by name stands in the list;
that a new module asks an old one, already in memory, for what that lacks is nowhere to be read:
whoever changes what many ask for thinks of the number.
"""

from __future__ import annotations

from tlcore import __main__ as program
from tlcore.ground.paths import ROOT
from tlcore.runs import dispatcher, holder, registry
from tlcore.runs.executors import child

FILE = ROOT / "tests" / "fixtures" / "late_names.txt"
PARTS = ("spec", "rows", "work", "warm")  # what a worker asks of an experiment
MOVED = "a dispatcher from before imports them: raise holder.LAYOUT, and write the list anew"
CAME = "write them into the list; LAYOUT may stay"


def asked_for_by_name() -> set[str]:
    parts = {getattr(one, part) for one in registry.kinds().values() for part in PARTS} - {None}
    spawned = {f"{child.__name__}:{child.serve.__name__}", program.__spec__.name}
    return {dispatcher.WORK, *spawned, *parts}


def test_what_is_imported_late_moves_only_under_another_layout():
    number, *names = FILE.read_text("utf-8").splitlines()
    now = asked_for_by_name()
    assert len(now) > len(registry.kinds()) > 0
    told = (
        [f"gone ({MOVED}): {name}" for name in sorted(set(names) - now)]
        + [f"new ({CAME}): {name}" for name in sorted(now - set(names))]
        + ["the list is of another layout: write it anew"] * (number != f"layout {holder.LAYOUT}")
    )
    assert not told, "\n".join([FILE.name, *told])
