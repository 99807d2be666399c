"""Measures the curves of Yosinski et al. 2014 on the `clothing` architecture, by freeze depth n.

`python -m tlcore depths` writes assets/evidence/depths.json, which
`tlcore.experiments.claims.depths.reading` reads; an interrupted recording goes on.  A is the stored
`clothing` backbone.  B is another task: its base network learns B from nothing.  Then the first n
blocks come from base B (BnB) or from A (AnB), the others and the head start anew, and B is learned
once more, the first n blocks frozen or (+) not.  Everything else is the same for all: pictures,
recipe, one CPU thread a run.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from tlcore import catalog
from tlcore.experiments.claims.depths import reading as depth_curves
from tlcore.experiments.claims.depths.reading import BASE, SPLITS, TUNED, Step
from tlcore.ground import machine, option, recorded
from tlcore.ground.recipe import Compute, Precision, Recipe, TransferPlan, from_scratch

if TYPE_CHECKING:
    from tlcore.data.images import ImageData
    from tlcore.networks.backbone import Backbone

BACKBONE = "clothing"
BLOCKS = len(catalog.backbone(BACKBONE).blocks)
OTHER_START = 1_000  # the second network must not begin with the random weights of its base


@dataclass(frozen=True)
class Size:
    """Of every run.  Published differences are 1 to 8 points: the test set is large, the drawn
    training pictures are the same for every curve of a seed, and validation plays no part."""

    train: int = 2_000
    test: int = 5_000
    val: int = 100
    epochs: int = 6  # 2,000 / 64 = 31 steps each
    batch: int = 64
    lr: float = 2e-3
    precision: Precision = "bf16"


def steps(split: str, seeds: int, tuned: int) -> Iterator[Step]:
    """Base first, then by depth; curves that learn everywhere cost twice: fewer seeds."""
    for seed in range(seeds):
        yield Step(split, BASE, 0, seed)
        for n in range(1, BLOCKS + 1):
            for curve in SPLITS[split].curves:
                if curve not in TUNED or seed < tuned:
                    yield Step(split, curve, n, seed)


def plan(step: Step) -> TransferPlan:
    """The first n blocks are kept; without a plus they are frozen."""
    if step.curve == BASE:
        return from_scratch(BLOCKS)
    return TransferPlan(read=BLOCKS, keep=step.n, freeze=0 if step.curve in TUNED else step.n)


def recipe(step: Step, size: Size) -> Recipe:
    seed = step.seed + (0 if step.curve == BASE else OTHER_START)
    return Recipe(epochs=size.epochs, batch=size.batch, lr=size.lr, seed=seed)


def pictures(name: str, size: Size, seed: int) -> ImageData:
    """Training pictures drawn by `seed`; the test set is filled up with pictures of the training
    pool that this draw left over."""
    import numpy as np
    import torch

    from tlcore import data
    from tlcore.data.draw import stratified
    from tlcore.data.images import ImageData, Split, sha256_of

    source = data.SOURCES[name]
    labels = source.pool_labels()
    picked = stratified(labels, size.train, seed, name)
    val, test = source.held_out()
    left = np.setdiff1d(np.arange(len(labels)), picked)[: max(0, size.test - len(test))]
    if len(left):
        more = source.train(left)
        test = Split(torch.cat([test.images, more.images]), torch.cat([test.labels, more.labels]))
    val, test = (
        Split(part.images[:count], part.labels[:count])
        for part, count in ((val, size.val), (test, size.test))
    )
    train = source.train(picked)
    return ImageData(name, source.CLASSES, train, val, test, sha256_of(train, val, test))


class Bases:
    """Base networks of B, one a split and seed; the last one is kept at hand."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.last: tuple[tuple[str, int], ImageData, Backbone, float] | None = None

    def of(self, step: Step) -> tuple[ImageData, Backbone, float]:
        """B's pictures, the base network learned on them, and its test accuracy."""
        wanted = step.split, step.seed
        if self.last is None or self.last[0] != wanted:
            given = pictures(SPLITS[step.split].data, self.size, step.seed)
            base, accuracy = self._learn(given, Step(step.split, BASE, 0, step.seed))
            self.last = (wanted, given, base, accuracy)
        return self.last[1:]

    def _learn(self, given: ImageData, step: Step) -> tuple[Backbone, float]:
        from tlcore.networks import backbones
        from tlcore.training.engine import learned

        empty = backbones.build(BACKBONE, pretrained=False, seed=step.seed)
        with TemporaryDirectory() as folder:
            file = Path(folder) / learned.FILE
            accuracy = train(empty, given, step, self.size, file)
            blocks, _ = learned.load(empty, plan(step), len(given.classes), file)
        empty.blocks = blocks.train()
        empty.weights_sha256 = f"base {step.split} {step.seed}"  # no cache outlives this process
        return empty, accuracy


def train(
    begin: Backbone, given: ImageData, step: Step, size: Size, learned: Path | None = None
) -> float:
    """Test accuracy of one network."""
    from tlcore.training import engine

    compute = Compute(precision=size.precision, memory_format="channels_last")
    *_, result = engine.train(
        begin, given, plan(step), recipe(step, size), compute, learned_file=learned
    )
    assert result["kind"] == "result"
    assert result["test_accuracy"] is not None
    return float(result["test_accuracy"])


def measure(
    file: Path, size: Size, splits: Sequence[str], seeds: int, tuned: int
) -> Iterator[dict[str, Any]]:
    """Run what `file` lacks, and tell each run; what is there already is kept."""
    from tlcore.networks import backbones

    found = recorded.read(file) or {"conditions": conditions(size), "runs": []}
    done = {depth_curves.step(run) for run in found["runs"]}
    bases = Bases(size)
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
                accuracy = train(begin, given, step, size)
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
    told = parser.parse_args(argv)
    size = Size(train=told.train, test=told.test, epochs=told.epochs, precision=told.precision)
    known = recorded.read(told.file)
    fields = (*asdict(size), "backbone")
    if known and any(known["conditions"][f] != conditions(size)[f] for f in fields):
        parser.error(f"{told.file} was recorded in another way: name another --file")

    from tlcore.runs.executors.environment import ENVIRONMENT

    os.environ.update(ENVIRONMENT)  # before torch is imported
    for run in measure(told.file, size, told.splits, told.seeds, told.tuned):
        print(*run.values(), flush=True)  # noqa: T201 - a command line
    return 0
