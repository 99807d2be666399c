"""The loop of a pre-training on text: batch, loss, backward, step; rows of progress.

Every draw of a step has its own stream, so a course that was cut and goes on from its checkpoint
ends with the weights of one that was not, bit for bit (same machine, same number of threads).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from tlcore.data.corpus.texts import Texts, batches
from tlcore.making.pretrain.checkpoint import Checkpoint
from tlcore.networks import seeds
from tlcore.networks.language.objectives import LOSSES
from tlcore.networks.language.small import Small

# Multiples of the rate, by a part of a tensor's name, without weight decay.  T5's table begins at a
# deviation of 1 where matrices have .1: Adafactor, which trained it, steps in proportion to what a
# tensor measures (Shazeer and Stern 2018, arXiv:1804.04235), Adam does not.
FASTER = {"span": {"shared": 10.0, "relative_attention_bias": 30.0}}


@dataclass(frozen=True)
class Course:
    steps: int
    pieces: int = 2_048  # about so many a step, padding included
    lr: float = 3e-3  # at its highest, AdamW
    warm_up: float = 0.05  # share of the steps; then it falls to 0 in a straight line
    weight_decay: float = 0.01  # of matrices
    clip: float = 1.0  # largest norm of all gradients together
    precision: str = "fp32"
    seed: int = 0

    def rate(self, step: int) -> float:
        """Of step 0 ... steps - 1."""
        rising = max(1, round(self.warm_up * self.steps))
        if step < rising:
            return self.lr * (step + 1) / rising
        return self.lr * (self.steps - step) / max(1, self.steps - rising)


def train(
    small: Small,
    texts: Texts,
    course: Course,
    checkpoint: Path,
    minutes: float | None = None,
    every: int = 50,
) -> Iterator[dict[str, Any]]:
    """Train in place, from the checkpoint of the same course where there is one.

    Rows: "start"; each `every` steps a "step" with the mean loss in nats a predicted piece; then
    "trained", or "paused" when `minutes` of this sitting are over.  Seconds are those of the
    processor, of all sittings.
    """
    loss = LOSSES[small.objective]
    optimizer = _optimizer(small, course)
    settings = {**asdict(course), "objective": small.objective, "texts": texts.digest}
    parts = {"whole": small.whole, "optimizer": optimizer}
    kept = Checkpoint(checkpoint, settings, parts)
    done, before = kept.load()
    spent, until = time.process_time(), time.monotonic() + 60 * (minutes or 1e9)
    yield {"kind": "start", "step": done, "of": course.steps, "seconds": round(before, 1)}
    order: list[npt.NDArray[np.int64]] = []
    epoch, total, pieces = -1, torch.zeros(()), 0
    for step in range(done, course.steps):
        order = order or batches(texts.lengths, course.pieces, _dice(course, "epoch", 0))
        if step // len(order) != epoch:
            epoch = step // len(order)
            order = batches(texts.lengths, course.pieces, _dice(course, "epoch", epoch))
        ids = texts.rows(order[step % len(order)])
        dice = _dice(course, "step", step)
        with _autocast(course.precision):
            told = loss(small, ids, dice)
        for group in optimizer.param_groups:
            group["lr"] = course.rate(step) * group["times"]
        optimizer.zero_grad(set_to_none=True)
        told.losses.mean().backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(small.whole.parameters(), course.clip)
        optimizer.step()
        total, pieces = total + told.losses.detach().sum(), pieces + len(told.losses)
        last = step + 1 == course.steps
        late = time.monotonic() > until
        if last or late or (step + 1) % every == 0:
            seconds = before + time.process_time() - spent
            kept.save(step + 1, seconds)
            row = {"kind": "step", "step": step + 1, "loss": round(float(total) / pieces, 4)}
            yield {**row, "of": course.steps, "seconds": round(seconds, 1)}
            total, pieces = torch.zeros(()), 0
        if late and not last:
            yield {"kind": "paused", "step": step + 1, "of": course.steps}
            return
    seconds = before + time.process_time() - spent
    yield {"kind": "trained", "step": course.steps, "seconds": round(seconds, 1)}


def pieces_seen(texts: Texts, course: Course) -> int:
    """Pieces of text that a whole course reads, padding not counted."""
    seen, step, epoch = 0, 0, 0
    while step < course.steps:
        for rows in batches(texts.lengths, course.pieces, _dice(course, "epoch", epoch)):
            if step == course.steps:
                break
            seen += int(texts.lengths[rows].sum())
            step += 1
        epoch += 1
    return seen


def _dice(course: Course, *name: str | int) -> torch.Generator:
    return seeds.generator(course.seed, "language", *name)


def _optimizer(small: Small, course: Course) -> torch.optim.Optimizer:
    quick = FASTER.get(small.objective, {})
    groups: dict[tuple[float, float], list[torch.nn.Parameter]] = {}
    for name, weight in small.whole.named_parameters():
        times = next((found for part, found in quick.items() if part in name), 1.0)
        decay = course.weight_decay if weight.ndim > 1 and times == 1.0 else 0.0
        groups.setdefault((times, decay), []).append(weight)
    told = [{"params": p, "weight_decay": d, "times": t} for (t, d), p in groups.items()]
    return torch.optim.AdamW(told, lr=course.lr, betas=(0.9, 0.98), fused=True)


def _autocast(precision: str) -> Any:
    if precision == "fp32":
        return nullcontext()
    return torch.autocast("cpu", torch.bfloat16)
