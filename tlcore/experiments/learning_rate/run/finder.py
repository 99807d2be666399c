"""The sweep of the learning-rate finder: one step a rate, every rate a little higher (Smith 2015,
arXiv:1506.01186), until the loss explodes.  tlcore.experiments.learning_rate.finder reads what
comes out.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torch.nn import functional as F

from tlcore.data import sets
from tlcore.experiments.learning_rate import finder
from tlcore.experiments.learning_rate.reading import grid
from tlcore.ground import recipe
from tlcore.ground.recipe import Compute, Recipe
from tlcore.networks import backbones
from tlcore.training.engine import batches
from tlcore.training.engine.clock import Clock
from tlcore.training.engine.state import State
from tlcore.training.engine.supply import Supply
from tlcore.training.transfer import plan as plans

if TYPE_CHECKING:
    from tlcore.experiments.learning_rate.spec import FinderSpec

Row = dict[str, Any]
LOWEST, HIGHEST = 1e-6, 10.0
BATCH = 32
PLANS = {"head_only": recipe.head_only, "everything": recipe.everything}


def rows(spec: FinderSpec, data_dir: Path, folder: Path) -> Iterator[Row]:
    """A point a step, then the result; `folder` gets nothing."""
    pictures = sets.load(spec.data, spec.train_size, spec.seed, spec.knobs)
    backbone = backbones.build(spec.backbone)
    plan = PLANS[spec.learns](len(backbone.blocks))
    how = Recipe(batch=BATCH, schedule="constant", seed=spec.seed)
    state = State.begin(backbone, len(pictures.classes), plan, how, Compute())
    supply = Supply(state, pictures, backbone.input, data_dir / "cache")
    for told in supply.build(Clock(), supply.train):
        yield {"kind": "progress", "part": "features", "done": told["done"], "of": told["of"]}
    if plan.freeze == plan.read:
        plans.measure_head(state.head, supply.glance())
    tried = grid(LOWEST, HIGHEST, spec.steps)
    losses: list[float] = []
    stopped = "end"
    for rate, (epoch, picks) in zip(tried, _batches(len(pictures.train), spec.seed), strict=False):
        state.train()
        for group in state.optimizer.param_groups:
            group["lr"] = rate  # every weight that learns, the head too
        state.step += 1
        x, labels = supply.train.batch(picks, epoch)
        with state.own_noise():
            loss = F.cross_entropy(state.scores(x), labels)
        state.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        losses.append(loss.item())
        if finder.exploded(losses):
            stopped = "exploded"
            break
        state.optimizer.step()
        yield {"kind": "point", "rate": rate, "loss": round(losses[-1], 5)}
        yield {"kind": "progress", "part": "finder", "done": len(losses), "of": len(tried)}
    kept = [round(loss, 5) for loss in losses if loss == loss and loss < float("inf")]
    yield {
        "kind": "result",
        "status": "finished",
        "backbone": spec.backbone,
        "data": spec.data,
        "train": spec.train_size,
        "learns": spec.learns,
        "rates": tried[: len(kept)],
        "losses": kept,
        "stopped": stopped,
        "stopped_at": tried[len(losses) - 1],
    }


def _batches(count: int, seed: int) -> Iterator[Any]:
    """(epoch, picks) without end, dealt as a run of this seed deals them."""
    epoch = 0
    while True:
        epoch += 1
        for picks in batches.deal(count, BATCH, seed, epoch):
            yield epoch, picks
