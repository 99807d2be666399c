"""python -m tlcore catalogue: the table of what was counted, and rows of catalog.json counted anew.

Only what is named is built (--all: everything, and what is new), the other rows are kept as they
were counted; without a name nothing is built and no torch is loaded.
tests/tlcore/making/test_catalogue.py counts all of them and compares.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from tlcore import catalog
from tlcore.making import catalogue_table


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("python -m tlcore catalogue", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="id of a row to count anew")
    parser.add_argument(
        "--all", action="store_true", help="count every row, and those that are new"
    )
    args = parser.parse_args(argv)
    counted = json.loads(catalog.FILE.read_text(encoding="utf-8"))
    parts = (part for part in counted.values() if isinstance(part, list))
    known = [row["id"] for part in parts for row in part]
    for name in args.names:
        if name not in known:
            parser.error(
                f"no row is called {name} (a new one: --all); known are {', '.join(known)}"
            )
    if args.names or args.all:
        from tlcore.making import catalogue

        counted = catalogue.facts(None if args.all else counted, args.names)
        text = json.dumps(counted, indent=1, ensure_ascii=False) + "\n"
        catalog.FILE.write_text(text, encoding="utf-8", newline="\n")
    catalogue_table.write(counted)
    print(catalogue_table.FILE)  # noqa: T201 - a command line
    return 0
