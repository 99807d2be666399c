"""One setting, several seeds: the same fine-tune of every block without it and with it, in turn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tlcore.experiments.learning_rate.run import rates as rates_run
from tlcore.ground.recipe import Recipe
from tlcore.networks import backbones
from tlcore.training.effects import EFFECTS
from tlcore.training.transfer import source_memory

if TYPE_CHECKING:
    from tlcore.experiments.learning_rate.spec import PairsSpec

Row = dict[str, Any]


def rows(spec: PairsSpec, data_dir: Path, folder: Path) -> Iterator[Row]:
    """A point for each pair, then the result; `folder` gets nothing."""
    backbone = backbones.build(spec.backbone)
    memory = source_memory.of(backbone, spec.backbone)
    found: dict[str, list[float]] = {"without": [], "with": []}
    source: dict[str, list[float | None]] = {"without": [], "with": []}
    for k in range(spec.seeds):
        seed = spec.seed + k
        pictures = rates_run.draw(spec, seed)
        for turn, name in enumerate(found):
            changed = EFFECTS[spec.effect] if name == "with" else {}
            recipe = Recipe(epochs=spec.epochs, batch=rates_run.BATCH, seed=seed, **changed)
            done = 2 * k + turn
            score, recall = yield from rates_run.every_block(
                backbone, pictures, recipe, memory, done, 2 * spec.seeds
            )
            found[name].append(round(score, 4))
            source[name].append(round(recall.kept, 4) if recall else None)
        yield {"kind": "point", "pair": [found["without"][-1], found["with"][-1]]}
    yield {
        "kind": "result",
        "status": "finished",
        "backbone": spec.backbone,
        "data": spec.data,
        "train": spec.train_size,
        "asked": len(pictures.test),
        "effect": spec.effect,
        "changed": EFFECTS[spec.effect],
        "accuracy": found,
        "source": source,
    }
