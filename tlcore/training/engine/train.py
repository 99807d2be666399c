"""The training loop: batch, forward, loss, backward, observe, step.

`train` tells what happens as plain rows; who stores, draws or stops is someone else's business.
To stop is to stop asking: closing the generator ends the run and leaves nothing behind.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path

from torch.nn import functional as F

from tlcore.data.images import ImageData
from tlcore.ground.recipe import Compute, Recipe, TransferPlan
from tlcore.networks.backbone import Backbone
from tlcore.training.additions import lora
from tlcore.training.engine import evaluate, learned, norm_statistics, optimizer, place, solve
from tlcore.training.engine.checkpoint import Checkpoint
from tlcore.training.engine.clock import Clock
from tlcore.training.engine.kept import Kept
from tlcore.training.engine.memory import Recall
from tlcore.training.engine.observe import Observer
from tlcore.training.engine.report import Report
from tlcore.training.engine.rows import Row
from tlcore.training.engine.state import State
from tlcore.training.engine.supply import Supply
from tlcore.training.transfer import plan as plans


def train(
    backbone: Backbone,
    data: ImageData,
    plan: TransferPlan,
    recipe: Recipe,
    compute: Compute = Compute(),  # noqa: B008 - frozen
    cache_dir: Path | None = None,
    ratio_every: int = 10,
    checkpoint: Checkpoint | None = None,
    learned_file: Path | None = None,
    memory: Callable[[State], Recall | None] | None = None,
    begin: Callable[..., State] = State.begin,
) -> Iterator[Row]:
    """Fine-tune a copy of `backbone`; yields rows (tlcore.training.engine.rows), the result last.

    Frozen blocks run once and their output is kept: in memory for this run, under `cache_dir` for
    the next.  A loss or gradient that is not finite ends the run as "diverged", curve kept.
    Between two rows a `checkpoint` can be saved, and a run begun with it goes on from there with
    the rows that are still missing.  What learned is written to `learned_file` before the result.
    `memory` (tlcore.training.engine.memory) says after each epoch what is still known of the
    source.  `begin` makes the state, as State.begin does: what goes wrong in a loop
    (tlcore.experiments.break_it.run) is a state of another kind, so that this function stays the
    one that is right.  Raises UserError: plan.out_of_order, device.no_cuda, device.out_of_memory,
    run.state_damaged.
    """
    clock, checkpoint = Clock(), checkpoint or Checkpoint()
    with place.prepared(compute, recipe.batch):
        with clock.part("prepare"):
            state = begin(backbone, len(data.classes), plan, recipe, compute)
            if plan.variant.measures:
                norm_statistics.renew(state.blocks, plan, data.train, backbone.input, compute)
            observer = Observer(state.groups, ratio_every)
            report = Report(backbone, data, state, clock, ratio_every)
            supply = Supply(state, data, backbone.input, cache_dir)
            kept = Kept(state)
            checkpoint.follow(state, observer, report, clock, kept)
        if not checkpoint.found:
            yield report.start(supply)
        yield from supply.build(clock, supply.train, supply.val)
        if report.epochs_told < 0:  # epoch 0, before the first step
            with clock.part("prepare"):
                if plan.fixed == plan.read:
                    plans.measure_head(state.head, supply.glance())
                if recipe.head_start == "solved":
                    solve.start(state, supply.plain)
            with clock.part("evaluate"):
                val_loss, val_accuracy = evaluate.loss_and_accuracy(state, supply.val)
                kept.see(val_accuracy)
                known = memory(state) if memory else None
            yield report.epoch(val_loss, val_accuracy, known)

        for state.epoch in kept.epochs(report.epochs_told):
            state.train()
            dealt = supply.train.deal(recipe.batch, recipe.seed, state.epoch)
            for picks in dealt[report.steps_told :]:  # a run that was paused has had the first ones
                with clock.part("train"):
                    state.step += 1
                    if recipe.unfreeze == "gradual":
                        plans.wake(state.moving, state.step, report.steps)
                    x, labels = supply.train.batch(picks, state.epoch)
                    with state.own_noise():  # dropout draws from this step's stream
                        scores = state.scores(x)
                        loss = F.cross_entropy(
                            scores, labels, label_smoothing=recipe.label_smoothing
                        )
                        state.optimizer.zero_grad(set_to_none=True)
                        loss.backward()  # type: ignore[no-untyped-call]
                    seen = observer.read(state.step, loss, scores, labels)
                    share = optimizer.pace(recipe.schedule, state.step, report.steps)
                    rates = optimizer.set_rates(state.optimizer, share)
                    if seen.finite:
                        with observer.update(state.step) as ratios:
                            optimizer.step(state.optimizer)
                yield report.step(seen, len(picks), rates, ratios if seen.finite else {})
                if not seen.finite:
                    yield report.result(None)
                    return
            with clock.part("evaluate"):
                val_loss, val_accuracy = evaluate.loss_and_accuracy(state, supply.val)
                kept.see(val_accuracy)
                known = memory(state) if memory else None
            yield report.epoch(val_loss, val_accuracy, known)
            if not math.isfinite(val_loss):
                yield report.result(None)
                return

        yield from supply.build(clock, supply.test)  # last: the curve need not wait for it
        kept.put_back()  # the best epoch's weights, where those were asked for
        lora.merge(state.blocks)  # from here on an ordinary network
        with clock.part("evaluate"):
            verdict = evaluate.judge(state, supply.test)
        if learned_file:
            learned.save(state, learned_file)
        yield report.result(verdict, kept.row())
