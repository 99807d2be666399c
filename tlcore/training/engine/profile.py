"""How fast this machine runs a backbone, in each precision and memory format: probe, never assume.

bf16 with channels_last is 2-4x faster on some processors and slower on others, and differs between
forward and training on one (MobileNet trains slower in bf16 where its forward is faster).
"""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Callable
from typing import TypedDict

import torch
from torch.nn import functional as F

from tlcore.ground.recipe import Compute, MemoryFormat, Precision, Recipe, everything
from tlcore.networks.backbone import Backbone, InputSpec, TextInput
from tlcore.training.engine import place
from tlcore.training.engine.state import State

TOKENS = 32  # of a text that is timed: as many as the catalogue's multiply-adds are of
_BUDGET_S = 0.08  # for one measurement, after its first call
_FIRST_MAX_S = 3.0  # a first call this slow is taken as it is, its preparation included
# The app measures while its workers still start: waiting for a core says nothing of the machine.
# (Windows counts a process's time in steps of 16 ms, longer than a small net's step.)
_CPU_CLOCK = time.perf_counter if sys.platform == "win32" else time.process_time
_HOPELESS = 3.0  # a forward this many times slower than the best: no training is measured


class ProfileRow(TypedDict):
    device: str
    precision: Precision
    memory_format: MemoryFormat
    forward_ms: float  # per picture
    train_ms: float  # per picture: forward, backward and step, everything learning


def measure(backbone: Backbone, device: str) -> list[ProfileRow]:
    """Rows for fp32 and bf16, contiguous and channels_last; hopeless ones are left out.  Texts
    have one memory format.

    One thread on the CPU.  About a second for a small net, under ten for a ResNet-50 at 224 px.
    Raises UserError("device.no_cuda").
    """
    rows: list[ProfileRow] = []
    formats: tuple[MemoryFormat, ...] = ("contiguous", "channels_last")
    if isinstance(backbone.input, TextInput):
        formats = formats[:1]
    precisions: tuple[Precision, ...] = ("fp32", "bf16")
    small = backbone.input.size <= 96 or isinstance(backbone.input, TextInput)
    batch = (256 if small else 64) if device == "cuda" else (32 if small else 4)
    for precision, memory_format in itertools.product(precisions, formats):
        compute = Compute(device, precision, memory_format, threads=1)
        with place.prepared(compute, batch):
            forward, step = _work(backbone, compute, batch)
            forward_ms = _fastest(forward, device) * 1e3 / batch
            if rows and forward_ms > _HOPELESS * min(row["forward_ms"] for row in rows):
                continue
            train_ms = _fastest(step, device) * 1e3 / batch
        row = ProfileRow(
            device=device,
            precision=precision,
            memory_format=memory_format,
            forward_ms=forward_ms,
            train_ms=train_ms,
        )
        rows.append(row)
    return rows


def _work(
    backbone: Backbone, compute: Compute, batch: int
) -> tuple[Callable[[], None], Callable[[], None]]:
    """One forward and one whole training step on `batch` random pictures, ten classes."""
    plan = everything(len(backbone.blocks))
    state = State.begin(backbone, 10, plan, Recipe(lr=1e-7, head_lr=1e-7), compute)
    device = place.device(compute)
    images = _given(backbone.input, batch, compute).to(device)
    labels = torch.arange(batch, device=device) % 10

    def forward() -> None:
        state.eval()
        with torch.no_grad():
            state.scores(images)

    def step() -> None:
        state.train()
        loss = F.cross_entropy(state.scores(images), labels)
        state.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        state.optimizer.step()

    return forward, step


def _given(spec: InputSpec, batch: int, compute: Compute) -> torch.Tensor:
    """Random pictures; or random words, as many to a text as the catalogue counts with."""
    if isinstance(spec, TextInput):
        return torch.randint(1, spec.vocabulary, (batch, min(TOKENS, spec.longest)))
    images = torch.randn(batch, spec.channels, spec.size, spec.size)
    return images.contiguous(memory_format=place.memory_format(compute))


def _fastest(work: Callable[[], None], device: str) -> float:
    """Seconds of the fastest call (one thread): what else the machine does only ever adds.

    A first call is repeated at least once: its preparation may be many times the work, and a run
    would be expected to take as many times too long."""
    first = _once(work, device)
    if first > _FIRST_MAX_S:
        return first
    times: list[float] = []
    while not times or (sum(times) < _BUDGET_S and len(times) < 50):
        times.append(_once(work, device))
    return min(times)


def _once(work: Callable[[], None], device: str) -> float:
    now = time.perf_counter if device == "cuda" else _CPU_CLOCK
    began = now()
    work()
    if device == "cuda":
        torch.cuda.synchronize()
    return now() - began
