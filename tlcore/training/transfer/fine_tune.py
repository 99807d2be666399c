"""A fine-tune from its spec: backbone, data and engine put together.  Experiments share it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

from tlcore import catalog
from tlcore.data import sets
from tlcore.data.images import ImageData
from tlcore.ground.recipe import Compute
from tlcore.networks import backbones
from tlcore.networks.backbone import Backbone
from tlcore.training import engine
from tlcore.training.engine.memory import Recall
from tlcore.training.engine.state import State
from tlcore.training.spec_fine_tune import FineTuneSpec
from tlcore.training.transfer import source_memory


def load(spec: FineTuneSpec) -> ImageData:
    """The pictures of a spec, or its texts as its backbone reads them."""
    more: dict[str, Any] = {}
    if catalog.reads_texts(spec.model_dump()):
        more["backbone"] = spec.backbone
    if spec.side:
        more["side"] = spec.side
    return sets.load(spec.data, spec.train_size, spec.seed, spec.knobs, **more)


def network(spec: FineTuneSpec, pretrained: bool) -> Backbone:
    """The backbone of a spec, for pictures of its side.  Raises what `backbones.build` raises."""
    return backbones.build(spec.backbone, pretrained, spec.seed, spec.side)


def rows_of(
    spec: FineTuneSpec,
    compute: Compute,
    pictures: ImageData | None = None,
    cache: Path | None = None,
    checkpoint: engine.Checkpoint | None = None,
    learned_file: Path | None = None,
    memory: Callable[[State], Recall | None] | None = None,
) -> Iterator[dict[str, Any]]:
    """Train as the spec says and yield the engine's rows; the last is the result."""
    pictures = pictures or load(spec)
    # From scratch, no weights are read: nothing to download, nothing that can be damaged.
    backbone = network(spec, pretrained=spec.keep > 0)
    if spec.forgetting and memory is None:
        memory = source_memory.for_plan(backbone, spec.backbone, spec.plan)
    rows = engine.train(
        backbone,
        pictures,
        spec.plan,
        spec.recipe,
        compute,
        cache,
        checkpoint=checkpoint,
        learned_file=learned_file,
        memory=memory,
    )
    return cast("Iterator[dict[str, Any]]", rows)  # typed dicts there, here what JSON can hold


def test_accuracy(spec: FineTuneSpec, pictures: ImageData) -> float | None:
    """Share of the test set, on one CPU thread; None of a run that diverged."""
    *_, result = rows_of(spec, Compute(), pictures)
    found: float | None = result["test_accuracy"]
    return found
