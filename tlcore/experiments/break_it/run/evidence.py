"""What proves the cause of a fault, from the run itself: numbers, and pictures in its folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from tlcore import catalog
from tlcore.data import likeness
from tlcore.data.images import ImageData
from tlcore.data.seen import looks_of, seen
from tlcore.data.sprite import write_sprite
from tlcore.networks.backbone import prepare

if TYPE_CHECKING:
    from tlcore.experiments.break_it.run import Watch
    from tlcore.experiments.break_it.spec import BreakSpec

Row = dict[str, Any]
SHEET, GIVEN = "pairs.png", "seen.png"  # names that a browser may ask for (pages.ui.server.files)
SHOWN = 6  # pictures, or pairs of them


def of(
    spec: BreakSpec,
    watch: Watch,
    pictures: ImageData,
    steps: Sequence[Mapping[str, Any]],
    folder: Path,
) -> Row:
    """For each fault its own; the repaired run tells the same of itself."""
    return _PROOFS[spec.fault](spec, watch, pictures, steps, folder)


def _rate(spec: BreakSpec, watch: Watch, pictures: Any, steps: Any, folder: Path) -> Row:
    """How much of a block's weights one step changes, in the first step that was measured."""
    first = next(step for step in steps if step.get("update_ratio"))
    ratios = {name: round(v, 6) for name, v in first["update_ratio"].items() if v is not None}
    return {"lr": spec.lr, "step": first["step"], "ratios": ratios}


def _normalisation(asked: BreakSpec, watch: Watch, pictures: ImageData, *rest: Any) -> Row:
    """Mean and spread of what the first block is given: while it learns, and in use."""
    told = {}
    for name, spec in (("learned", watch.learned), ("used", watch.used)):
        x = prepare(pictures.test.images, spec)
        told[name] = {"mean": round(x.mean().item(), 3), "spread": round(x.std().item(), 3)}
    return told


def _drift(spec: BreakSpec, watch: Watch, pictures: Any, *rest: Any) -> Row:
    """How far the running means moved, in standard deviations as they were before; by block."""
    assert watch.state is not None
    now, moved = watch.state.blocks.state_dict(), dict[str, list[float]]()
    for name, was in watch.norms_before.items():
        if name.endswith("running_mean"):
            spread = watch.norms_before[name.replace("mean", "var")].sqrt().clamp_min(1e-6)
            shift = ((now[name] - was).abs() / spread).mean().item()
            moved.setdefault(name.split(".")[0], []).append(shift)
    return {
        "moved": {block: round(sum(v) / len(v), 4) for block, v in moved.items()},
        "before": watch.before,
        "after": watch.after,
    }


def _lost_head(spec: BreakSpec, watch: Watch, pictures: Any, *rest: Any) -> Row:
    """Whether the head's weights are among those that the optimiser holds."""
    assert watch.state is not None
    held = {id(p) for group in watch.state.optimizer.param_groups for p in group["params"]}
    head = list(watch.state.head.parameters())
    return {
        "tensors": len(head),
        "held": sum(id(p) in held for p in head),
        "before": watch.before["head"],
        "after": watch.after["head"],
    }


def _labels(spec: BreakSpec, watch: Any, pictures: ImageData, steps: Any, folder: Path) -> Row:
    """Training pictures with the label that the run was given, and the true one."""
    from tlcore.data import sets

    true = sets.load(spec.data, spec.train_size, spec.seed, spec.knobs).train.labels
    given = pictures.train.labels
    shown = list(range(min(2 * SHOWN, len(given))))
    return {
        "right": int((true == given).sum()),
        "of": len(given),
        "sheet": write_sprite(pictures.train.images[shown].numpy(), folder / SHEET),
        "given": given[shown].tolist(),
        "true": true[shown].tolist(),
    }


def _leak(asked: Any, watch: Any, pictures: ImageData, steps: Any, folder: Path) -> Row:
    """Pictures of validation, and new ones, with a twin in training: what the app's own finder of
    near duplicates finds (tlcore.data.likeness)."""
    train = looks_of(pictures.train.images)
    twins = {
        name: likeness.pairs(train, looks_of(split.images))
        for name, split in (("val", pictures.val), ("new", pictures.test))
    }
    labels = pictures.val.labels
    best = {int(labels[pair.second]): pair for pair in reversed(twins["val"])}  # of each class
    shown = sorted(best.values(), key=lambda pair: -pair.likeness)[:SHOWN]
    tiles = [
        split.images[place]
        for pair in shown
        for split, place in ((pictures.train, pair.first), (pictures.val, pair.second))
    ]
    return {
        "twins": {name: len({pair.second for pair in found}) for name, found in twins.items()},
        "of": {"val": len(pictures.val), "new": len(pictures.test)},
        "likeness": [round(pair.likeness, 4) for pair in shown],
        "sheet": write_sprite(torch.stack(tiles).numpy(), folder / SHEET) if tiles else None,
    }


def _too_little(spec: BreakSpec, watch: Watch, pictures: ImageData, *rest: Any) -> Row:
    assert watch.state is not None
    learning = sum(count for count, _ in watch.state.counts.values())
    return {"learning": learning, "each": round(learning / len(pictures.train))}


def _source(spec: BreakSpec, watch: Any, pictures: ImageData, steps: Any, folder: Path) -> Row:
    """Pictures as they are, and as this backbone is given them."""
    classes = sorted(set(pictures.train.labels.tolist()))[:SHOWN]
    first = [int((pictures.train.labels == c).nonzero()[0, 0]) for c in classes]
    images = pictures.train.images[first]
    given = seen(images, catalog.backbone(spec.backbone))
    return {
        "labels": classes,
        "sheet": write_sprite(images.numpy(), folder / SHEET),
        "given": write_sprite(given.numpy(), folder / GIVEN),
        "size": given.shape[-1],
        "channels": given.shape[1],
    }


_PROOFS: Mapping[str, Callable[..., Row]] = {
    "rate": _rate,
    "normalisation": _normalisation,
    "drift": _drift,
    "lost_head": _lost_head,
    "labels": _labels,
    "leak": _leak,
    "too_little": _too_little,
    "source": _source,
}
