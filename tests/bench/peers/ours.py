"""Ours: the engine, which passes a picture through the frozen blocks once."""

from __future__ import annotations

from typing import Any

from tests.bench.peers.work import Outcome, Work
from tlcore.ground.recipe import Compute, Recipe, TransferPlan
from tlcore.training import engine
from tlcore.training.engine import digest
from tlcore.training.engine.state import State

VIEWS = 8


def plan(work: Work) -> TransferPlan:
    blocks = len(work.backbone.blocks)
    return TransferPlan(read=blocks, keep=blocks, freeze=work.freeze)


def train(work: Work, compute: Compute, views: bool = False) -> Outcome:
    """With `views`, eight stored views of each picture, shifted and mirrored."""
    recipe = Recipe(
        epochs=work.epochs,
        batch=work.batch,
        lr=work.lr,
        head_lr=work.head_lr,
        augment="shift_flip" if views else "none",
        views=VIEWS,
        seed=work.seed,
        schedule="constant",  # as the others'
    )
    begun: list[State] = []

    def begin(*told: Any, **more: Any) -> State:
        begun.append(State.begin(*told, **more))
        return begun[0]

    val_accuracy, before = 0.0, None
    for row in engine.train(work.backbone, work.data, plan(work), recipe, compute, begin=begin):
        before = before or digest.of_module(begun[0].blocks[: work.freeze])
        if row["kind"] == "epoch":
            val_accuracy = row["val_accuracy"]
    kept = digest.of_module(begun[0].blocks[: work.freeze]) == before
    return Outcome(val_accuracy, kept if work.freeze else None)
