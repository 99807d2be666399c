"""Records what each regulariser is worth: python -m tlcore effects (goes on where it was cut off).

Seed by seed the usual fine-tune of every block, then the same with one setting changed, on few
pictures: a short training, as a page runs it live, and one four times as long.
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
from typing import TYPE_CHECKING, Any

from tlcore import catalog
from tlcore.experiments.learning_rate import record as effects_record
from tlcore.experiments.learning_rate.presets import BACKBONE, DATA, pairs
from tlcore.experiments.learning_rate.record import WITHOUT, Step
from tlcore.ground import machine, option, recorded
from tlcore.ground.recipe import Recipe
from tlcore.training.effects import EFFECTS

if TYPE_CHECKING:
    from tlcore.networks.backbone import Backbone
    from tlcore.training.engine.memory import Memory

_LIVE = pairs("weight_decay")


@dataclass(frozen=True)
class Size:
    """Of every run.  Unlike a live pair, all test pictures are asked: differences are small."""

    train: int = _LIVE.train_size
    batch: int = 16


LENGTHS = (_LIVE.epochs, 4 * _LIVE.epochs)  # epochs


def steps(data: Sequence[str], lengths: Sequence[int], seeds: int) -> Iterator[Step]:
    """Seed outermost: what was cut off has pairs of everything."""
    for seed in range(seeds):
        for epochs in lengths:
            for name in data:
                for effect in (WITHOUT, *EFFECTS):
                    yield Step(name, epochs, effect, seed)


def recipe(step: Step, size: Size) -> Recipe:
    return Recipe(step.epochs, size.batch, seed=step.seed, **EFFECTS.get(step.effect, {}))


def measure(
    file: Path, size: Size, data: Sequence[str], lengths: Sequence[int], seeds: int
) -> Iterator[dict[str, Any]]:
    """Run what `file` lacks, and tell each run; what is there already is kept."""
    from tlcore.networks import backbones
    from tlcore.training.transfer import source_memory

    found = recorded.read(file) or {"conditions": conditions(size), "runs": []}
    done = {effects_record.step(run) for run in found["runs"]}
    missing = [step for step in steps(data, lengths, seeds) if step not in done]
    if not missing:
        return
    backbone = backbones.build(BACKBONE)
    memory = source_memory.of(backbone, BACKBONE)
    for step in missing:
        began = time.process_time()
        target, source = train(backbone, step, size, memory)
        run = step._asdict() | {
            "target": round(target, 4),
            "source": None if source is None else round(source, 4),
            "cpu_seconds": round(time.process_time() - began, 2),
        }
        found["runs"].append(run)
        _write(file, found)
        yield run


def train(
    backbone: Backbone, step: Step, size: Size, memory: Memory | None
) -> tuple[float, float | None]:
    """Accuracy on the new task and on the source; validation plays no part, so a few pictures
    of it are enough."""
    import dataclasses

    from tlcore.data import sets
    from tlcore.experiments.learning_rate.run import rates as rates_run

    pictures = sets.load(step.data, size.train, step.seed)
    few = rates_run.WATCHED
    val = pictures.val.first(few)
    rows = rates_run.every_block(
        backbone, dataclasses.replace(pictures, val=val), recipe(step, size), memory, 0, 1
    )
    while True:
        try:
            next(rows)
        except StopIteration as end:
            target, recall = end.value
            return target, recall.kept if recall else None


def conditions(size: Size) -> dict[str, Any]:
    return {
        "machine": machine.name(),
        "torch": metadata.version("torch"),
        "backbone": catalog.backbone(BACKBONE).fingerprint,
        "data": {name: catalog.dataset(name).fingerprint for name in DATA},
        **asdict(size),
        "effects": EFFECTS,
    }


def _write(file: Path, found: dict[str, Any]) -> None:
    """Whole or not at all; one line a run, so that a difference of two versions can be read."""
    runs = ",\n  ".join(json.dumps(run) for run in found["runs"])
    head = json.dumps(found["conditions"], indent=1)
    text = f'{{"conditions": {head},\n "runs": [\n  {runs}\n ]}}\n'
    recorded.write(file, text)


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("python -m tlcore effects")
    parser.add_argument("--seeds", type=option.count, default=8, help="pairs of each setting")
    parser.add_argument("--data", nargs="*", default=list(DATA), choices=DATA)
    parser.add_argument(
        "--epochs", nargs="*", type=option.count, default=list(LENGTHS), help="lengths"
    )
    parser.add_argument("--file", type=Path, default=effects_record.FILE)
    args = parser.parse_args(argv)
    size = Size()
    known = recorded.read(args.file)
    fields = ("backbone", "data", "effects", *asdict(size))
    if known and any(known["conditions"].get(f) != conditions(size)[f] for f in fields):
        parser.error(f"{args.file} was recorded in another way: name another --file")

    from tlcore.runs.executors.environment import ENVIRONMENT

    os.environ.update(ENVIRONMENT)  # before torch is imported
    for run in measure(args.file, size, args.data, args.epochs, args.seeds):
        print(*run.values(), flush=True)  # noqa: T201 - a command line
    return 0
