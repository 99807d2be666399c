"""A run's rows, made from what the loop saw."""

from __future__ import annotations

import math
from typing import Any, Literal

import torch

from tlcore.data.images import ImageData
from tlcore.networks.backbone import Backbone
from tlcore.training import class_scores
from tlcore.training.engine import batches, digest, evaluate, observe, optimizer, place
from tlcore.training.engine.clock import Clock
from tlcore.training.engine.memory import Recall
from tlcore.training.engine.rows import (
    EpochRow,
    GroupRow,
    KeptRow,
    PerGroup,
    ResultRow,
    StartRow,
    StepRow,
    Verdict,
    number,
)
from tlcore.training.engine.state import State
from tlcore.training.engine.supply import Supply
from tlcore.training.transfer import plan as plans

_RUNNING = ("seen", "lost", "hits", "epochs_told", "loudest")


class Report:
    """Keeps the sums of the running epoch and the weights the distances are measured from."""

    def __init__(
        self, backbone: Backbone, data: ImageData, state: State, clock: Clock, ratio_every: int
    ) -> None:
        self.backbone, self.data, self.state, self.clock = backbone, data, state, clock
        self.ratio_every = ratio_every
        self.per_epoch = len(batches.sizes(len(data.train), state.recipe.batch))
        self.steps = self.per_epoch * state.recipe.epochs
        kept = plans.stretch(state.blocks, 0, state.plan.keep)
        self.measured = observe.measure_of(state.plan.variant.distance)
        self.origin = {
            name: [w.clone() for w in weights]
            for name, _ in plans.moving(kept, state.plan).named_children()
            if (weights := self.measured(state.groups[name]))
        }
        self.frozen_before = _frozen_hash(state)
        self.seen, self.lost, self.hits = 0, 0.0, 0.0  # of the running epoch
        self.epochs_told = -1  # epoch 0 comes before the first step
        self.loudest = "head"
        self.broken = False  # something was not finite: only the result is left to tell

    def start(self, supply: Supply) -> StartRow:
        state, recipe, compute = self.state, self.state.recipe, self.state.compute
        return StartRow(
            kind="start",
            groups=_groups(state),
            epochs=recipe.epochs,
            steps_per_epoch=self.per_epoch,
            steps=self.steps,
            train=len(self.data.train),
            val=len(self.data.val),
            val_commonest=round(class_scores.commonest(self.data.val.labels.tolist()), 4),
            test=len(self.data.test),
            classes=list(self.data.classes),
            ratio_every=self.ratio_every,
            cached_blocks=supply.cached_blocks,
            cache=supply.source,
            views=supply.views,
            device=compute.device,
            precision=compute.precision,
            memory_format=compute.memory_format,
            threads=compute.threads,
            seed=recipe.seed,
            data_sha256=self.data.sha256,
            weights_sha256=self.backbone.weights_sha256,
            torch=torch.__version__,
        )

    def step(self, seen: observe.Reading, size: int, rates: PerGroup, ratios: PerGroup) -> StepRow:
        self.seen += size
        self.lost += seen.loss * size
        self.hits += seen.accuracy * size
        if seen.finite:
            self.loudest = max(seen.grad_norm, key=seen.grad_norm.__getitem__)
        self.broken = not seen.finite
        row = StepRow(
            kind="step",
            step=self.state.step,
            epoch=self.state.epoch,
            t=self.clock.t,
            loss=number(seen.loss),
            accuracy=seen.accuracy,
            lr=rates,
            grad_norm={name: number(value) for name, value in seen.grad_norm.items()},
            rel_grad={name: number(value) for name, value in seen.rel_grad.items()},
        )
        if ratios:
            row["update_ratio"] = ratios
        return row

    def epoch(self, val_loss: float, val_accuracy: float, recall: Recall | None = None) -> EpochRow:
        row = EpochRow(
            kind="epoch",
            epoch=self.state.epoch,
            step=self.state.step,
            t=self.clock.t,
            train_loss=number(self.lost / self.seen) if self.seen else None,
            train_accuracy=self.hits / self.seen if self.seen else None,
            val_loss=number(val_loss),
            val_accuracy=val_accuracy,
            distance=observe.distances(self.state.groups, self.origin, self.measured),
        )
        if recall is not None:
            row["source_accuracy"] = recall.kept
            if recall.solved is not None:
                row["source_solved"] = recall.solved
        self.seen, self.lost, self.hits = 0, 0.0, 0.0
        self.epochs_told = self.state.epoch
        self.broken = not math.isfinite(val_loss)
        return row

    @property
    def steps_told(self) -> int:
        """Of the running epoch."""
        return self.state.step - self.epochs_told * self.per_epoch

    def running(self) -> dict[str, Any]:
        """What a paused run needs to go on telling; all that JSON can hold."""
        return {name: getattr(self, name) for name in _RUNNING}

    def resume(self, running: dict[str, Any]) -> None:
        for name in _RUNNING:
            setattr(self, name, running[name])

    def result(self, verdict: Verdict | None, kept: KeptRow | None = None) -> ResultRow:
        """`verdict` None: diverged, there is nothing to judge."""
        state, clock = self.state, self.clock
        images = state.step / self.per_epoch * len(self.data.train)
        train = clock.parts["train"]
        blocks, head = digest.of_module(state.blocks), digest.of_module(state.head)
        all_frozen = not len(state.moving)  # then `blocks` is the frozen ones' hash
        row: ResultRow = {
            "kind": "result",
            "status": "finished" if verdict else "diverged",
            **(verdict or evaluate.NOTHING),  # type: ignore[typeddict-item]  # has no "kept"
            "seconds": clock.seconds(),
            "images_per_second": images / train if train else None,
            "peak_memory_mb": place.peak_memory_mb(),
            "peak_cuda_mb": place.peak_cuda_mb(place.device(state.compute)),
            "learning_parameters": sum(learning for learning, _ in state.counts.values()),
            "total_parameters": sum(total for _, total in state.counts.values()),
            "weights_sha256": digest.of_texts([blocks, head]),
            "frozen_sha256": {
                "before": self.frozen_before,
                "after": blocks if all_frozen else _frozen_hash(state),
            },
            "steps": state.step,
            "t": clock.t,
            "diverged": None if verdict else {"step": state.step, "group": self.loudest},
        }
        if kept is not None:
            row["kept"] = kept
        return row


def _groups(state: State) -> list[GroupRow]:
    scales = optimizer.scales(state.blocks, state.plan, state.recipe)
    rows = []
    for place_, (name, (learning, total)) in enumerate(state.counts.items(), start=1):
        what: Literal["frozen", "kept", "new"] = "new"
        if place_ <= state.plan.keep:
            what = "kept" if learning else "frozen"
        scale = scales.get(name) if learning else None
        rows.append(GroupRow(name=name, state=what, learning=learning, total=total, lr_scale=scale))
    return rows


def _frozen_hash(state: State) -> str | None:
    return digest.of_module(state.resting) if len(state.resting) else None
