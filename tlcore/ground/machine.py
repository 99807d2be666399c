"""Which kind of machine this is: its processor, its cards, its cores.  Never imports torch."""

from __future__ import annotations

import importlib.util
import os
import platform
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path


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
