"""Which kind of machine this is, and where on it a run is quickest.  Never imports torch.

`choose` turns "automatic" into a device, a precision and a memory format from a measured profile.
Reduced precision must pay: on one CPU bf16 trained ResNet-18 2.7x faster and MobileNet slower.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from tlcore import catalog
from tlcore.catalog import source_task
from tlcore.ground.recipe import Compute
from tlcore.runs.run import Lane

if TYPE_CHECKING:
    from tlcore.runs.spec import FineTuneSpec, Spec

GAIN = 0.9  # another precision or format must take at most this share of the plain time


@cache
def name() -> str:
    """Kind of machine, e.g. "Intel(R) Xeon(R) Processor + NVIDIA H200": the same after a reboot."""
    cards = sorted(set(gpus())) if torch_cuda() else []
    return " + ".join([_cpu(), *cards])


@cache
def gpus() -> tuple[str, ...]:
    """Names of the NVIDIA cards, whether or not torch can use them."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return ()
    try:
        told = subprocess.run(
            [program, "--query-gpu=name", "--format=csv,noheader"],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(line.strip() for line in told.splitlines() if line.strip())


@cache
def torch_cuda() -> str | None:
    """The CUDA version torch was built for, read from its version file without importing it."""
    found = importlib.util.find_spec("torch")
    if found is None or not found.submodule_search_locations:
        return None
    file = Path(next(iter(found.submodule_search_locations))) / "version.py"
    try:
        written = re.search(r"^cuda\b.*= '([\d.]+)'", file.read_text(encoding="utf-8"), re.M)
    except OSError:
        return None
    return written[1] if written else None


def cpu_slots() -> int:
    """Cores this process may use: one run on each."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


def gpu_slots() -> int:
    """Runs that share the GPU: TL_GPU_SLOTS, else 1 where torch can use a card, else 0."""
    if not (torch_cuda() and gpus()):
        return 0
    asked = os.environ.get("TL_GPU_SLOTS", "")
    return int(asked) if asked.isdigit() else 1


def slots() -> dict[Lane, int]:
    """Runs at once in each lane; one more for what nobody should wait for."""
    return {"cpu": cpu_slots(), "gpu": gpu_slots(), "quick": 1, "fetch": 1}


def choose(spec: Spec, profile: Mapping[str, Any] | None) -> Compute:
    """The quickest way to run `spec` by the profile's figures; CPU in fp32 without a profile."""
    if spec.kind != "fine_tune" or not profile or not profile.get("rows"):
        return Compute()
    best: tuple[float, Mapping[str, Any]] | None = None
    for device in sorted({row["device"] for row in profile["rows"]}):
        here = [row for row in profile["rows"] if row["device"] == device]
        start = float(profile.get("start_s", {}).get(device, 0.0))
        seconds, row = _quickest(cast("FineTuneSpec", spec), here)
        if best is None or start + seconds < best[0]:
            best = (start + seconds, row)
    assert best is not None
    row = best[1]
    return Compute(row["device"], row["precision"], row["memory_format"], threads=1)


def seconds(spec: FineTuneSpec, row: Mapping[str, Any]) -> float:
    """Estimated computing time of a run, from milliseconds per picture through the whole backbone.

    The frozen prefix is passed once by every picture (its output is stored); the learning rest is
    trained `epochs` times and looked at once an epoch for validation.  Work is shared out by
    multiply-adds.
    """
    backbone, data = catalog.backbone(spec.backbone), catalog.dataset(spec.data)
    blocks = backbone.blocks
    whole = sum(block.macs for block in blocks) or 1
    fixed = spec.plan.fixed
    frozen = sum(block.macs for block in blocks[:fixed]) / whole
    learning = sum(block.macs for block in blocks[fixed : spec.read]) / whole
    views = spec.views if spec.augment != "none" and fixed else 1
    forward, train = row["forward_ms"] / 1000, row["train_ms"] / 1000
    watched = data.val + (source_task.ASKED if spec.forgetting else 0)
    known = source_task.KNOWN if spec.forgetting else 0  # a head is solved on them a few times
    once = frozen * forward * (views * spec.train_size + watched + known + data.test)
    once += learning * forward * known * source_task.turns(spec.epochs)
    epoch = learning * (train * spec.train_size + forward * watched)
    if spec.plan.variant.measures:  # each of about two a block is a pass up to it
        once += forward * spec.train_size * frozen * (spec.keep - spec.freeze)
    return float(once + spec.epochs * epoch + learning * forward * data.test)


def _quickest(spec: FineTuneSpec, here: list[Mapping[str, Any]]) -> tuple[float, Mapping[str, Any]]:
    """The best row of one device; plain fp32 unless another pays by a tenth."""
    timed = [(seconds(spec, row), row) for row in here]
    quick = min(timed, key=lambda pair: pair[0])
    for pair in timed:
        plain = pair[1]["precision"] == "fp32" and pair[1]["memory_format"] == "contiguous"
        if plain and quick[0] > GAIN * pair[0]:
            return pair
    return quick


@cache
def _cpu() -> str:
    system = platform.system()
    if system == "Linux":
        try:
            text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
        except OSError:
            text = ""
        written = re.search(r"^(?:model name|Hardware|cpu model)\s*:\s*(.+)$", text, re.M)
        if written:
            return " ".join(written[1].split())
    elif system == "Darwin":
        try:
            told = subprocess.run(
                ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"],
                capture_output=True,
                text=True,
                timeout=5,
                check=True,
            ).stdout.strip()
        except (OSError, subprocess.SubprocessError):
            told = ""
        if told:
            return told
    return platform.processor() or platform.machine() or "CPU"
