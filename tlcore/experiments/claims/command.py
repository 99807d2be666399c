"""Runs published claims again: python -m tlcore claims --claims 1 4 --seeds 5 --minutes 30.

What is recorded already stays; after `--minutes` no further seed is begun.  `--table` measures
nothing and prints what is known as Markdown; `--readme` writes the short
table into assets/evidence/README.md.
"""

from __future__ import annotations

import argparse
import math
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tlcore.experiments.claims import record, table
from tlcore.experiments.claims import run as claims_run
from tlcore.experiments.claims import said as claims
from tlcore.experiments.claims.claim import Claim
from tlcore.ground import option


def measure(
    chosen: Sequence[Claim], seeds: int | None, file: Path, until: float = math.inf
) -> Iterator[tuple[Claim, dict[str, Any]]]:
    """Seed by seed through the claims, so that what is cut off has some of each."""
    asked = {claim.id: seeds or claim.seeds for claim in chosen}
    for seed in range(max(asked.values(), default=0)):
        for claim in chosen:
            missing = record.missing(claim, asked[claim.id], record.read(file))
            if seed not in missing:
                continue
            if time.monotonic() > until:
                return
            began = time.process_time()
            *_, row = claims_run.measure(claim, seed, only=missing[seed])
            row = dict(row) | {"cpu_seconds": round(time.process_time() - began, 1)}
            record.add(claim, row, file)
            yield claim, row


def main(argv: Sequence[str]) -> int:
    every = list(claims.every().values())
    numbers = [claim.number for claim in every]
    parser = argparse.ArgumentParser("python -m tlcore claims")
    parser.add_argument("--claims", nargs="*", type=int, default=numbers, choices=numbers)
    parser.add_argument("--seeds", type=option.count, help="as many as each claim asks for")
    parser.add_argument("--minutes", type=float, default=math.inf, help="then begin no more")
    parser.add_argument("--table", action="store_true", help="print what is known, and end")
    parser.add_argument("--readme", action="store_true", help="write its table, and end")
    parser.add_argument("--file", type=Path, default=record.FILE)
    args = parser.parse_args(argv)
    chosen = [claim for claim in every if claim.number in args.claims]
    if args.readme:
        table.write(list(record.every(args.file).values()))
        return 0
    if not args.table:
        from tlcore.runs.executors.environment import ENVIRONMENT

        os.environ.update(ENVIRONMENT)  # before torch is imported
        until = time.monotonic() + 60 * args.minutes
        for claim, row in measure(chosen, args.seeds, args.file, until):
            print(claim.number, claim.id, *row.values(), flush=True)  # noqa: T201 - command line
    print(table.table([record.found(claim, args.file) for claim in chosen]))  # noqa: T201
    return 0
