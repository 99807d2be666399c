"""What a worker does with a profile: it measures, and the store keeps it; there are no rows."""

from __future__ import annotations

import time
from importlib import metadata
from typing import Any

import torch

from tlcore.experiments.profile.spec import ProfileSpec
from tlcore.ground import machine
from tlcore.networks import backbones
from tlcore.runs.executors.contract import Ending, Job, Link
from tlcore.runs.store.store import Store
from tlcore.training.engine import profile


def work(spec: ProfileSpec, job: Job, link: Link, store: Store) -> Ending:
    store.save_profile(spec.backbone, measure(spec.backbone))
    return {"ending": "finished"}


def measure(name: str) -> dict[str, Any]:
    """A machine profile: milliseconds per picture on each device, precision and format.

    Random weights take as long as learned ones, and need no download.
    """
    backbone = backbones.build(name, pretrained=False)
    rows = profile.measure(backbone, "cpu")
    start = {"cpu": 0.0}
    device_name = ""
    if torch.cuda.is_available():
        began = time.monotonic()
        torch.zeros(1, device="cuda")
        torch.cuda.synchronize()
        start["cuda"] = time.monotonic() - began
        rows += profile.measure(backbone, "cuda")
        device_name = torch.cuda.get_device_name()
    return {
        "machine": machine.name(),
        "torch": metadata.version("torch"),
        "device_name": device_name,
        "cuda": torch.cuda.is_available(),
        "rows": [dict(row) for row in rows],
        "start_s": start,
    }
