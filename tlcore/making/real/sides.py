"""What the side of the pictures is worth: a head on 250 real pictures, at each side that a network
may be shown, with the textbook's recipe for little similar data.

`python -m tlcore sides FOLDER` fills assets/evidence/sides.json, which tlcore.catalog.sides reads;
an interrupted recording goes on.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib import metadata
from itertools import product
from pathlib import Path
from typing import Any

from tlcore import catalog
from tlcore.experiments.matrix import advisor
from tlcore.ground import machine, recorded
from tlcore.ground.recipe import ENGINE_VERSION, Compute, Recipe
from tlcore.making import tool_options
from tlcore.making.real import parquet
from tlcore.networks import backbones
from tlcore.training import engine

TRAIN, WATCHED, ASKED = 250, 50, 300  # pictures
COMPUTE = Compute(memory_format="channels_last")  # what pays for these networks on every machine


def measure(file: Path, folder: Path, names: Sequence[str], seeds: int) -> Iterator[dict[str, Any]]:
    """Train what `file` lacks, and tell each; what is there already is kept."""
    found = recorded.read(file) or {"conditions": conditions(names), "rows": []}
    done = {(row["backbone"], row["side"], row["set"], row["seed"]) for row in found["rows"]}
    sets = parquet.names(folder)
    for seed, name, data in product(range(seeds), names, sets):  # whole rounds first
        for side in catalog.backbone(name).sides:
            if (name, side, data, seed) not in done:
                found["rows"].append(_trained(folder, name, data, seed, side))
                yield found["rows"][-1]
                recorded.write(file, json.dumps(found, indent=0) + "\n")


def _trained(folder: Path, name: str, data: str, seed: int, side: int) -> dict[str, Any]:
    pictures = parquet.load(folder, data, TRAIN, WATCHED, ASKED, seed, side)
    advice = advisor.advise("similar_small", TRAIN, name)
    recipe = Recipe(epochs=advice.epochs, head_lr=advice.head_lr, seed=seed)
    backbone = backbones.build(name, side=side)
    with tempfile.TemporaryDirectory() as cache:
        began = time.process_time()
        *_, result = engine.train(backbone, pictures, advice.plan, recipe, COMPUTE, Path(cache))
        seconds = time.process_time() - began
    assert result["kind"] == "result"
    return {
        "backbone": name,
        "side": side,
        "set": data,
        "seed": seed,
        "classes": len(pictures.classes),
        "test": len(pictures.test),
        "accuracy": result["test_accuracy"],
        "cpu_seconds": round(seconds, 2),
    }


def conditions(names: Sequence[str]) -> dict[str, Any]:
    return {
        "machine": machine.name(),
        "torch": metadata.version("torch"),
        "engine": ENGINE_VERSION,
        "weights": {name: catalog.backbone(name).fingerprint for name in names},
        "train": TRAIN,
        "watched": WATCHED,
    }


def main(argv: Sequence[str]) -> int:
    args = tool_options.sides().parse_args(argv)
    for row in measure(args.file, args.folder, args.backbones, args.seeds):
        sys.stdout.write(f"{json.dumps(row)}\n")
        sys.stdout.flush()
    return 0
