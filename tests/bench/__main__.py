"""`python -m tests.bench [item ...] [--readme]`: the table of measured speed.

Every number is printed with its conditions, and none is asserted in a test: a busy machine is not
a defect.  With --readme the table goes between the two marks in README.md.
"""

from __future__ import annotations

import argparse
import datetime
import importlib
import os
import sys
from importlib import metadata

from tests.bench.table import Line, into, markdown
from tlcore import machine
from tlcore.executors.local import ENVIRONMENT
from tlcore.paths import ROOT

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
    "load": ("load", "lines"),
    "drops": ("drops", "lines"),
    "kills": ("kills", "lines"),
    "cancel": ("cancel", "lines"),
    "fairness": ("fairness", "lines"),
    "similarity": ("similarity", "lines"),
    "own": ("own", "lines"),
}


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.bench", description=__doc__)
    parser.add_argument("items", nargs="*", metavar="item", help=", ".join(ITEMS))
    parser.add_argument("--readme", action="store_true", help="write the table into README.md")
    told = parser.parse_args()
    if unknown := set(told.items) - set(ITEMS):
        parser.error(f"no such item: {', '.join(sorted(unknown))}")
    os.environ.update(ENVIRONMENT)  # as in a worker: read when torch is imported
    lines: list[Line] = []
    for name in told.items or ITEMS:
        module, function = ITEMS[name]
        found = getattr(importlib.import_module(f"tests.bench.{module}"), function)()
        for line in found:
            print(f"{line.claim}: {line.measured} ({line.target})", file=sys.stderr, flush=True)
        lines += found
    table = markdown(lines, conditions())
    print(table)
    if told.readme:
        readme = ROOT / "README.md"
        readme.write_text(into(readme.read_text("utf-8"), table), "utf-8")
    return 0


def conditions() -> str:
    """What holds for every line."""
    load = (
        f", load before the last line {os.getloadavg()[0]:.1f}" if sys.platform != "win32" else ""
    )
    return (
        f"{machine.name()}, {machine.cpu_slots()} cores, Python {sys.version.split()[0]}, torch "
        f"{metadata.version('torch')}, Streamlit {metadata.version('streamlit')}, "
        f"{datetime.date.today()}{load}. Seconds on the wall unless CPU is said; runs use one "
        "thread; median (least to most). `python -m tests.bench` measures again."
    )


if __name__ == "__main__":
    sys.exit(main())
