"""`python -m tests.bench [item ...] [--readme]`: the table of measured speed.

Every number is printed with its conditions, and none is asserted in a test: a busy machine is not
a defect.  With --readme its rows go between the two marks in README.md beside it; the others stay.
"""

from __future__ import annotations

import argparse
import datetime
import importlib
import os
import sys
from importlib import metadata
from pathlib import Path

from tests.bench.classroom.against import BEFORE
from tests.bench.table import Line, into, markdown, rows
from tlcore.ground import machine
from tlcore.ground import markdown as tables
from tlcore.runs.executors.environment import ENVIRONMENT

README = Path(__file__).with_name("README.md")
HOLDS = (
    "Seconds on the wall unless CPU is said; runs use one thread; median (least to most). "
    "`python -m tests.bench` measures again; with --readme it writes what it measured here."
)
ITEMS = {  # name: module and function; in the order of the table
    "first_page": ("first_page", "lines"),
    "page_to_page": ("between_pages", "lines"),
    "first_point": ("live", "first_point"),
    "redraws": ("live", "redraws"),
    "stop": ("live", "stopping"),
    "verdict": ("live", "verdict"),
    "head_only": ("head_only", "lines"),
    "strategies": ("strategies", "lines"),
    "strips": ("strips", "lines"),
    "norms": ("norms", "lines"),
    "load": ("classroom.load", "lines"),
    "drops": ("classroom.drops", "lines"),
    "kills": ("classroom.kills", "lines"),
    "cancel": ("classroom.cancel", "lines"),
    "fairness": ("classroom.fairness", "lines"),
    "similarity": ("similarity", "lines"),
    "own": ("own", "lines"),
    "sentences": ("sentences", "lines"),
    "trainer": ("trainer", "lines"),
    "gpu": ("gpu", "lines"),
}
ASKED = {  # only when they are named: they are no speed, and take minutes
    "attacks": ("classroom.attacks", "lines"),
    "faults": ("classroom.faults", "lines"),
}


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.bench", description=__doc__)
    parser.add_argument(
        "items", nargs="*", metavar="item", help=f"{', '.join([*ITEMS, *ASKED])}; or peers alone"
    )
    parser.add_argument("--readme", action="store_true", help="write the table beside the bench")
    parser.add_argument(
        "--before", type=Path, metavar="CHECKOUT", help="of attacks and faults: that one, too"
    )
    parser.add_argument("--resume", type=Path, metavar="FILE", help="of peers: go on from there")
    args = parser.parse_args()
    if args.items == ["peers"]:
        return _peers(args.readme, args.resume)
    if unknown := set(args.items) - {*ITEMS, *ASKED}:
        parser.error(f"no such item: {', '.join(sorted(unknown))}")
    os.environ.update(ENVIRONMENT)  # as in a worker: read when torch is imported
    if args.before:
        os.environ[BEFORE] = str(args.before.resolve())
    lines: list[Line] = []
    for name in args.items or ITEMS:
        module, function = (ITEMS | ASKED)[name]
        found = getattr(importlib.import_module(f"tests.bench.{module}"), function)()
        for line in found:
            print(f"{line.claim}: {line.measured} ({line.target})", file=sys.stderr, flush=True)
        lines += found
    found_rows = rows(lines, where())
    print(markdown(found_rows, HOLDS))
    if args.readme:
        README.write_text(into(README.read_text("utf-8"), found_rows, HOLDS), "utf-8")
    return 0


def _peers(readme: bool, resume: Path | None) -> int:
    """A table of its own, in an environment of its own."""
    os.environ.update(ENVIRONMENT)
    from tests.bench.peers import table

    if missing := table.missing():
        print(f"not measured: {', '.join(missing)} of tests/bench/peers/requirements.txt lacks")
        return 1
    found = table.table(resume)
    print(found)
    if readme:
        text = README.read_text("utf-8")
        README.write_text(tables.into(text, found, table.BEGIN, table.END), "utf-8")
    return 0


def where() -> str:
    """Machine, versions, day, and how busy it was."""
    load = f", load {os.getloadavg()[0]:.1f}" if sys.platform != "win32" else ""
    return (
        f"{machine.name()}, {machine.cpu_slots()} cores, Python {sys.version.split()[0]}, torch "
        f"{metadata.version('torch')}, Streamlit {metadata.version('streamlit')}, "
        f"{datetime.date.today()}{load}"
    )


if __name__ == "__main__":
    sys.exit(main())
