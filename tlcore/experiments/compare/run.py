"""Strategies x sizes on one draw, told as rows.  `python -m tlcore compare` runs the same.

Rows: entrant (one begins), epoch (its curve), scored (it has ended), and the result with all.
Seconds are those of the processor.  What an entrant did not pay for, because the features of its
frozen blocks lay there already, is added to its account: a comparison must not depend on the order.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tlcore.data import sets
from tlcore.data.images import ImageData, Split
from tlcore.experiments.compare import entrants
from tlcore.experiments.compare.entrants import Entrant
from tlcore.ground.recipe import Compute
from tlcore.networks import backbones
from tlcore.training.engine.depth_prefix import DepthPrefix
from tlcore.training.engine.disk import FeatureStore
from tlcore.training.engine.memory import Memory, Recall
from tlcore.training.engine.state import State
from tlcore.training.transfer import fine_tune, source_memory

if TYPE_CHECKING:
    from tlcore.experiments.compare.spec import CompareSpec

Row = dict[str, Any]
WATCHED = 200  # validation pictures


def rows(spec: CompareSpec, data_dir: Path, folder: Path) -> Iterator[Row]:
    """See above; nothing is written into `folder`."""
    cache, began = data_dir / "cache", time.process_time()
    disk = FeatureStore(cache)
    taking_part = entrants.of(spec)
    depths = {entrant.spec.freeze for entrant in taking_part}
    backbone = backbones.build(spec.backbone)
    prefix = DepthPrefix(backbone, sorted(depths), spec.compute)
    memory = source_memory.of(backbone, spec.backbone)
    before = memory.of(backbone.blocks) if memory else None
    pictures: dict[int, ImageData] = {}
    each, charges = dict[int, float](), dict[int, float]()
    scores: list[Row] = []
    for number, entrant in enumerate(taking_part):
        if entrant.size not in pictures:
            found = _watched(sets.load(spec.data, entrant.size, spec.seed, spec.knobs))
            pictures[entrant.size] = found
            each = each or dict(prefix.seconds_each(found.val))
            charges = dict.fromkeys(depths, 0.0)
            for split in (found.train, found.val, found.test):
                for depth in prefix.fill(split, disk):
                    yield {"kind": "shared", "depth": depth, "pictures": len(split)}
                for depth in prefix.stored(split, disk):
                    charges[depth] += each[depth] * len(split)
        told = _named(entrant) | {"number": number, "of": len(taking_part)}
        charge = charges[entrant.spec.freeze]
        whole = entrant.spec.read == len(backbone.blocks)  # the old head reads the last block
        asks = _Afterwards(memory) if memory and whole else None
        found = pictures[entrant.size]
        for row in _run(entrant, found, spec.compute, charge, cache, asks):
            yield told | row
        scores.append(_named(entrant) | {k: v for k, v in row.items() if k != "kind"})
    yield {
        "kind": "result",
        "status": "finished",
        "entrants": scores,
        "source_before": before,
        "test": len(pictures[taking_part[0].size].test),
        "cpu_seconds": round(time.process_time() - began, 3),
    }


def _watched(found: ImageData) -> ImageData:
    """With fewer validation pictures: they draw the curves of the race, and judge nothing.  500
    after each of 20 epochs cost nearly as much as to learn from 200 pictures does."""
    few = Split(found.val.images[:WATCHED], found.val.labels[:WATCHED])
    return dataclasses.replace(found, val=few)


class _Afterwards:
    """Asks the old head and one solved anew once, after the last epoch, and keeps the CPU seconds
    which that takes."""

    def __init__(self, memory: Memory) -> None:
        self.memory, self.spent = memory, 0.0

    def __call__(self, state: State) -> Recall | None:
        if state.epoch < state.recipe.epochs:
            return None
        began = time.process_time()
        found = self.memory(state)
        self.spent += time.process_time() - began
        return found


def _named(entrant: Entrant) -> Row:
    return {"strategy": entrant.strategy, "size": entrant.size}


def _run(
    entrant: Entrant,
    pictures: ImageData,
    compute: Compute,
    charge: float,
    cache: Path,
    asks: _Afterwards | None,
) -> Iterator[Row]:
    """One entrant from its first row to its score, the last.  `charge`: seconds that it owes."""
    began, best = time.process_time(), 0.0
    source: float | None = None
    solved: float | None = None
    for row in fine_tune.rows_of(entrant.spec, compute, pictures, cache, memory=asks):
        asking = asks.spent if asks else 0.0  # no part of the training
        spent = round(charge + time.process_time() - began - asking, 4)
        if row["kind"] == "start":
            yield {"kind": "entrant", "steps": row["steps"], "seconds": round(charge, 4)}
        elif row["kind"] == "epoch":
            names = ("epoch", "step", "train_loss", "val_loss", "val_accuracy")
            source = row.get("source_accuracy", source)
            solved = row.get("source_solved", solved)
            best = max(best, row["val_accuracy"])
            yield {"kind": "epoch", "seconds": spent, **{name: row[name] for name in names}}
        elif row["kind"] == "result":
            yield {
                "kind": "scored",
                "status": row["status"],
                "test_accuracy": row["test_accuracy"],
                "hits": _hits(row),
                "interval": row["interval"],
                "best_val_accuracy": best,
                "learning": row["learning_parameters"],
                "total": row["total_parameters"],
                "steps": row["steps"],
                "seconds": spent,
                "paid": round(spent - charge, 4),
                "source_accuracy": source,
                "source_solved": solved,
            }


def _hits(result: Mapping[str, Any]) -> int | None:
    """Test pictures that were named right."""
    if result["confusion"] is None:
        return None
    return sum(int(row[place]) for place, row in enumerate(result["confusion"]))
