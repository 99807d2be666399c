"""A run that goes wrong on purpose, or its repair, and what proves the cause.  Told as rows.

The loop is the engine's own.  A fault is a setting (rate, plan, backbone), other pictures
(pictures.py) or a state that answers wrongly (state.py).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torch import nn

from tlcore.data.images import ImageData
from tlcore.experiments.break_it.run import evidence
from tlcore.experiments.break_it.run.pictures import load, without_normalisation
from tlcore.experiments.break_it.run.state import Awake, Frozen, LeftOut
from tlcore.ground import recipe
from tlcore.ground.recipe import Compute, Recipe
from tlcore.networks import backbones
from tlcore.networks.backbones import Backbone
from tlcore.training import class_scores, engine
from tlcore.training.engine import digest
from tlcore.training.engine.plain import accuracy
from tlcore.training.engine.state import State
from tlcore.training.transfer import plan as plans
from tlcore.training.transfer import source_memory

if TYPE_CHECKING:
    from tlcore.experiments.break_it.spec import BreakSpec

Row = dict[str, Any]
CHUNK = 50  # pictures at once
PLANS = {
    "head_only": recipe.head_only,
    "everything": recipe.everything,
    "scratch": recipe.from_scratch,
    "random_head": recipe.head_only,
}
EPOCH = ("epoch", "train_loss", "train_accuracy", "val_loss", "val_accuracy")


def rows(spec: BreakSpec, data_dir: Path, folder: Path) -> Iterator[Row]:
    """Epochs as they come, then the result; `folder` gets pictures, where they are the proof."""
    pictures = load(spec)
    backbone = backbones.build(spec.backbone)
    if spec.learns == "random_head":
        backbone = untaught(backbone, spec.seed)
    how = Recipe(
        epochs=spec.epochs,
        batch=spec.batch,
        lr=spec.lr,
        head_lr=spec.head_lr,
        head_start=spec.head_start,
        seed=spec.seed,
    )
    plan = PLANS[spec.learns](len(backbone.blocks))
    watch = Watch(spec, backbone, pictures)
    steps: list[Row] = []
    epochs: list[Row] = []
    end: Row = {}
    for row in engine.train(
        backbone, pictures, plan, how, Compute(), memory=watch, begin=_state(spec).begin
    ):
        told: Row = dict(row)
        if told["kind"] == "step":
            steps.append(told)
        elif told["kind"] == "epoch":
            epochs.append({k: told[k] for k in EPOCH} | watch.seen[-1])
            yield {"kind": "progress", "part": "epoch", "done": told["epoch"], "of": spec.epochs}
        elif told["kind"] == "result":
            end = told
    labels = pictures.test.labels
    result: Row = {
        "kind": "result",
        "status": "finished",  # that the loss was not finite any more is a symptom, no failure
        **{"fault": spec.fault, "repaired": spec.repaired, "data": spec.data},
        **{"backbone": spec.backbone, "train": len(pictures.train), "asked": len(labels)},
        "learning": end["learning_parameters"],
        "classes": list(pictures.classes),
        "chance": round(class_scores.commonest(labels.tolist()), 4),
        "stopped_at": end["diverged"]["step"] if end["diverged"] else None,
        "epochs": epochs,
        "losses": [_short(step["loss"]) for step in steps],
        "head_norms": [_short(step["grad_norm"].get("head")) for step in steps],
        "source": [seen["source"] for seen in watch.seen if "source" in seen],
        "weights": {"before": watch.before["weights"], "after": watch.after["weights"]},
        "end": watch.at_the_end(epochs),
    }
    yield result | {"proof": evidence.of(spec, watch, pictures, steps, folder)}


def untaught(backbone: Backbone, seed: int) -> Backbone:
    """With such blocks as the backbone's own: no plan freezes blocks that are new."""
    blocks = plans.untaught(backbone, seed)
    return dataclasses.replace(backbone, blocks=blocks, weights_sha256="random")


def _state(spec: BreakSpec) -> type[State]:
    if spec.fault == "drift":
        return Frozen if spec.repaired else Awake
    if spec.fault == "lost_head" and not spec.repaired:
        return LeftOut
    return State


class Watch:
    """Looks at the network after each epoch, as whoever uses it would."""

    def __init__(self, spec: BreakSpec, backbone: Backbone, pictures: ImageData) -> None:
        self.asked, self.backbone, self.pictures = spec, backbone, pictures
        wrong = spec.fault == "normalisation" and not spec.repaired
        self.learned = backbone.input
        self.used = without_normalisation(self.learned) if wrong else self.learned
        self.old = source_memory.of(backbone, spec.backbone) if spec.fault == "drift" else None
        self.seen: list[Row] = []
        self.state: State | None = None
        self.before: Row = {}
        self.after: Row = {}

    def __call__(self, state: State) -> None:
        """After each epoch, and before the first step."""
        self.state = state
        now = hashes(state.blocks)
        if not self.seen:
            self.before = now | {"head": digest.of_module(state.head)}
            self.norms_before = {k: v.clone() for k, v in state.blocks.state_dict().items()}
        self.after = now | {"head": digest.of_module(state.head)}
        told: Row = {}
        if self.asked.fault in ("normalisation", "leak"):
            told["new"] = self._share(self.pictures.test)
        if self.old is not None:
            told["source"] = round(self.old.of(state.blocks), 4)
        self.seen.append(told)

    def at_the_end(self, epochs: list[Row]) -> Row:
        """trained: as the loop counted; again: the training pictures asked once more, as the new
        ones are; val: as the loop asks; new: pictures that nobody has seen."""
        last = epochs[-1]
        return {
            "trained": round(last["train_accuracy"] or 0.0, 4),
            "again": self._share(self.pictures.train),
            "val": round(last["val_accuracy"], 4),
            "new": self._share(self.pictures.test),
        }

    def _share(self, split: Any) -> float:
        assert self.state is not None
        blocks, head = self.state.blocks, self.state.head
        return round(accuracy(blocks, head, split, self.used, CHUNK), 4)


def hashes(blocks: nn.Sequential) -> Row:
    """Of the weights alone, and of all that the blocks hold, statistics included."""
    weights = [
        digest.of_texts([name, digest.of_images(p)]) for name, p in blocks.named_parameters()
    ]
    return {"weights": digest.of_texts(weights), "all": digest.of_module(blocks)}


def _short(value: float | None) -> float | None:
    return value if value is None else float(f"{value:.5g}")
