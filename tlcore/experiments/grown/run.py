"""Pre-training that a class can watch: a tiny network learns a source task from nothing.

The engine trains it as it trains every network, so its rows are those of a fine-tune and the live
charts draw them.  What is left is a backbone (tlcore.catalog.nursery): the blocks without the head.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tlcore.catalog import nursery
from tlcore.data import sets
from tlcore.data.images import ImageData
from tlcore.experiments.grown.spec import PretrainSpec
from tlcore.ground import energy
from tlcore.ground.recipe import Compute, Recipe, from_scratch
from tlcore.networks import backbones
from tlcore.networks.backbone import Backbone
from tlcore.networks.weights import write_embedded
from tlcore.runs.run import Row
from tlcore.training import engine
from tlcore.training.engine import learned

BATCH, RATE, HEAD_RATE = 64, 3e-3, 1e-2


def recipe(spec: PretrainSpec) -> Recipe:
    """From scratch, everything learns at one rate; one-cycle, as in the fine-tunes."""
    return Recipe(spec.epochs, BATCH, lr=RATE, head_lr=HEAD_RATE, seed=spec.seed)


def rows(spec: PretrainSpec, data_dir: Path, folder: Path) -> Iterator[Row]:
    """The engine's rows; before the result, the weights lie in `folder`.

    The result has `sha256` of their file and, where the machine tells, `joules`.
    """
    meter = energy.Meter()
    yield {"kind": "progress", "done": 0, "of": spec.epochs}  # drawing the source takes a moment
    pictures = sets.load(spec.data, spec.train_size, spec.seed)
    network = backbones.build(nursery.KIND, pretrained=False, seed=spec.seed)
    plan, file = from_scratch(len(network.blocks)), folder / learned.FILE
    for row in engine.train(network, pictures, plan, recipe(spec), Compute(), learned_file=file):
        told: dict[str, Any] = dict(row)
        if row["kind"] == "result" and row["status"] == "finished":
            told["sha256"] = _keep(spec, network, pictures, file, row["test_accuracy"] or 0.0)
            told["joules"] = meter.joules()
        yield told


def _keep(
    spec: PretrainSpec, network: Backbone, pictures: ImageData, file: Path, accuracy: float
) -> str:
    """The blocks in fp16, as every embedded backbone is kept, and a note of what they are."""
    blocks, _ = learned.load(
        network, from_scratch(len(network.blocks)), len(pictures.classes), file
    )
    digest = write_embedded(file.with_name(nursery.WEIGHTS), blocks.state_dict())
    settings = spec.model_dump(exclude={"kind"})
    note = nursery.Note(sha256=digest, accuracy=accuracy, **settings)
    half = file.with_name(nursery.NOTE + ".half")
    half.write_text(json.dumps(asdict(note)), encoding="utf-8")
    os.replace(half, file.with_name(nursery.NOTE))
    file.unlink()
    return digest
