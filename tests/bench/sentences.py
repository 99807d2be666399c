"""A thousand texts through the text encoder, once and again."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from tests.bench.table import Line
from tlcore.ground.recipe import Compute
from tlcore.networks import backbones
from tlcore.runs import worker
from tlcore.runs.spec import FineTuneSpec
from tlcore.training import quickest
from tlcore.training.engine import profile
from tlcore.training.transfer import fine_tune

# 654 to train, and the 346 that validate and test: a thousand texts.
SPEC = FineTuneSpec(
    backbone="minilm", data="template_reviews", train_size=654, read=7, keep=7, freeze=7, epochs=5
)


def lines() -> list[Line]:
    """As runs compute, and on two threads; with bf16 where the machine is quicker with it."""
    worker.warm()
    measured = {"rows": profile.measure(backbones.build(SPEC.backbone), "cpu")}
    ways = [Compute(), Compute(threads=2)]
    if quickest.choose(SPEC, measured).precision == "bf16":
        ways.append(Compute(precision="bf16"))
    return [_line(compute) for compute in ways]


def _line(compute: Compute) -> Line:
    with tempfile.TemporaryDirectory() as folder:
        first = _seconds(compute, Path(folder))
        again = _seconds(compute, Path(folder))
    threads = "one thread" if compute.threads == 1 else f"{compute.threads} threads"
    return Line(
        f"head on MiniLM, 1,000 texts ({compute.precision}, {threads}): first, and again",
        f"{first[0]:.1f} s ({first[1]:.1f} CPU s), then {again[0]:.2f} s",
        "≤ 6 s on two cores, then at once",
        "all texts through the frozen encoder, by length; 5 epochs of a head",
    )


def _seconds(compute: Compute, cache: Path) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in fine_tune.rows_of(SPEC, compute, cache=cache):
        pass
    return time.perf_counter() - wall, time.process_time() - cpu
