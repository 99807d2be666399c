"""What reading every gradient norm adds to a step: with and without, step by step in turns."""

from __future__ import annotations

import math
import time

import torch
from torch.nn import functional as F

from tests.bench.table import Line
from tests.bench.timing import median, quarters
from tlcore.ground.recipe import Compute, Recipe, TransferPlan, everything, from_block, head_only
from tlcore.networks import backbones
from tlcore.networks.backbone import Backbone
from tlcore.runs.spec import FineTuneSpec
from tlcore.training import quickest
from tlcore.training.engine import place, profile
from tlcore.training.engine.observe import Observer
from tlcore.training.engine.state import State

SECONDS = 25.0  # for each plan and precision
LEAST = 150  # pairs of steps
BATCH = 32
K = 10  # update ratios every K-th step


def lines() -> list[Line]:
    torch.set_num_threads(1)
    backbone = backbones.build("clothing")
    n = len(backbone.blocks)
    plans = {
        "everything": everything(n),
        "last two blocks": from_block(n - 1, n),
        "head only": head_only(n),
    }
    chosen = quickest.choose(FineTuneSpec(freeze=0), {"rows": profile.measure(backbone, "cpu")})
    computes = [Compute()] + ([chosen] if chosen.precision == "bf16" else [])
    return [
        _line(backbone, name, plan, compute) for name, plan in plans.items() for compute in computes
    ]


def _line(backbone: Backbone, name: str, plan: TransferPlan, compute: Compute) -> Line:
    with place.prepared(compute, BATCH):
        without, more, kth = _pairs(backbone, plan, compute)
    step, added = median(without), median(more)
    low, high = quarters(more)
    error = 1.96 * 0.93 * (high - low) / math.sqrt(len(more))  # of a median of about normal values
    whole = "" if plan.freeze < plan.read else " (stored features: the step is one linear layer)"
    return Line(
        f"norms at every step: {name}, {compute.precision}",
        f"{100 * added / step:.2f} ± {100 * error / step:.2f} % of a step",
        "≤ 1 %",
        f"{1e3 * added:.3f} ms (middle half {1e3 * low:.3f} to {1e3 * high:.3f}) on "
        f"{1e3 * step:.2f} ms of CPU{whole}; {len(more)} pairs of steps in turns, batch {BATCH}, "
        f"{compute.memory_format}; the loss is read in both; update ratios every {K}th step add "
        f"{100 * kth / K / step:.2f} %",
    )


def _pairs(
    backbone: Backbone, plan: TransferPlan, compute: Compute
) -> tuple[list[float], list[float], float]:
    """CPU seconds: of steps without norms, what norms add (pair by pair), what a k-th adds."""
    state = State.begin(backbone, 10, plan, Recipe(lr=1e-6, head_lr=1e-6), compute)
    observer = Observer(state.groups, K)
    state.frozen.eval()
    state.train()
    x, labels = _batch(backbone, state)

    def step(number: int, norms: bool) -> float:
        """One of the engine's steps; `number` 2 is none with update ratios, 1 is one."""
        began = time.process_time()
        scores = state.scores(x)
        loss = F.cross_entropy(scores, labels)
        state.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        if norms:
            observer.read(number, loss, scores, labels)
            with observer.update(number):
                state.optimizer.step()
        else:
            hits = (scores.detach().argmax(1) == labels).sum()
            torch.stack([loss.detach(), hits.float()]).tolist()
            state.optimizer.step()
        return time.process_time() - began

    kth = [step(1, True) - step(2, True) for _ in range(20)]
    without: list[float] = []
    more: list[float] = []
    until = time.perf_counter() + SECONDS
    while len(more) < LEAST or (time.perf_counter() < until and len(more) < 20 * LEAST):
        first = len(more) % 2 == 0  # the order turns round: neither is always second
        pair = {norms: step(2, norms) for norms in (first, not first)}
        without.append(pair[False])
        more.append(pair[True] - pair[False])
    return without, more, median(kth)


def _batch(backbone: Backbone, state: State) -> tuple[torch.Tensor, torch.Tensor]:
    """What the learning part reads: random pictures through the frozen blocks."""
    spec = backbone.input
    noise = torch.Generator().manual_seed(0)
    images = torch.randn(BATCH, spec.channels, spec.size, spec.size, generator=noise)
    with torch.no_grad(), place.autocast(state.compute):
        x = state.frozen(images.contiguous(memory_format=place.memory_format(state.compute)))
    if not len(state.learning):
        x = state.head.get_submodule("pool")(x.float())
    return x, torch.arange(BATCH) % 10
