"""Measures the curves of Yosinski et al. 2014 on the `clothing` architecture, by freeze depth n.

`python -m tlcore depths` writes assets/evidence/depths.json, which
`tlcore.experiments.claims.depths.reading` reads; an interrupted recording goes on.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

from tlcore import catalog
from tlcore.experiments.claims.depths import reading as depth_curves
from tlcore.experiments.claims.depths.reading import BASE, SPLITS
from tlcore.experiments.claims.depths.spec import BACKBONE, Size, steps
from tlcore.ground import machine, option, recorded
from tlcore.runs.executors.environment import ENVIRONMENT


def measure(
    file: Path, size: Size, splits: Sequence[str], seeds: int, tuned: int
) -> Iterator[dict[str, Any]]:
    """Run what `file` lacks, and tell each run; what is there already is kept."""
    from tlcore.experiments.claims.depths import run as depths
    from tlcore.networks import backbones

    found = recorded.read(file) or {"conditions": conditions(size), "runs": []}
    done = {depth_curves.step(run) for run in found["runs"]}
    bases = depths.Bases(size)
    source = backbones.build(BACKBONE)
    for split in splits:
        for step in steps(split, seeds, tuned):
            if step in done:
                continue
            began = time.process_time()
            given, base, accuracy = bases.of(step)
            if step.curve != BASE:
                began = time.process_time()  # the base is not this run's cost
                begin = source if step.curve.startswith("A") else base
                accuracy = depths.train(begin, given, step, size)
            run = step._asdict() | {
                "test_accuracy": round(accuracy, 5),
                "seconds": round(time.process_time() - began, 2),
            }
            found["runs"].append(run)
            _write(file, found)
            yield run


def conditions(size: Size) -> dict[str, Any]:
    return {
        "machine": machine.name(),
        "torch": metadata.version("torch"),
        "backbone": catalog.backbone(BACKBONE).fingerprint,
        **asdict(size),
    }


def _write(file: Path, found: dict[str, Any]) -> None:
    runs = ",\n  ".join(json.dumps(run) for run in found["runs"])
    head = json.dumps(found["conditions"], indent=1)
    recorded.write(file, f'{{"conditions": {head},\n "runs": [\n  {runs}\n ]}}\n')


def main(argv: Sequence[str]) -> int:
    usual = Size()
    parser = argparse.ArgumentParser("python -m tlcore depths")
    parser.add_argument("--seeds", type=option.count, default=8, help="of base B, BnB and AnB")
    parser.add_argument("--tuned", type=int, default=4, help="seeds of BnB+ and AnB+")
    parser.add_argument("--splits", nargs="*", default=list(SPLITS), choices=SPLITS)
    parser.add_argument("--train", type=option.count, default=usual.train, help="pictures of B")
    parser.add_argument("--test", type=option.count, default=usual.test)
    parser.add_argument("--epochs", type=option.count, default=usual.epochs)
    parser.add_argument("--precision", default=usual.precision, choices=["fp32", "bf16"])
    parser.add_argument("--file", type=Path, default=depth_curves.FILE)
    args = parser.parse_args(argv)
    size = Size(train=args.train, test=args.test, epochs=args.epochs, precision=args.precision)
    known = recorded.read(args.file)
    fields = (*asdict(size), "backbone")
    if known and any(known["conditions"][f] != conditions(size)[f] for f in fields):
        parser.error(f"{args.file} was recorded in another way: name another --file")

    os.environ.update(ENVIRONMENT)  # before torch is imported
    for run in measure(args.file, size, args.splits, args.seeds, args.tuned):
        print(*run.values(), flush=True)  # noqa: T201 - a command line
    return 0
