"""A worker without torch that leaves the rows a real one leaves, at a pace one can choose.

Everything around it is real: child, pipe, executor, dispatcher, row writer, store.  The spec is
the learner's own, so pages show its run like any other, of `epochs` times `train_size` /
`batch` steps.  TL_BENCH_STEP is the seconds a step takes (0.065: all eight blocks of the
built-in backbone learn, on one core).
"""

from __future__ import annotations

import os
import random
import time
from importlib import metadata
from pathlib import Path
from typing import Any

from tlcore.ground import machine
from tlcore.runs.executors.contract import Ending, Job, Link
from tlcore.runs.rowwriter import RowWriter
from tlcore.runs.store.store import Store

TARGET = "tests.bench.classroom.stand_in:work"
STEP = "TL_BENCH_STEP"
REAL_PACE = 0.065
GROUPS = ("stem", *(f"block{number}" for number in range(2, 9)), "head")
CLASSES = ("trouser", "dress", "sandal", "bag")


def profile(backbone: str = "clothing") -> dict[str, Any]:
    """A machine profile that needs no measuring."""
    speed = {"device": "cpu", "precision": "fp32", "memory_format": "contiguous"}
    return {
        "machine": machine.name(),
        "torch": metadata.version("torch"),
        "device_name": "",
        "cuda": False,
        "rows": [{**speed, "forward_ms": 0.2, "train_ms": 0.6}],
        "start_s": {"cpu": 0.0},
    }


def work(job: Job, link: Link) -> Ending:
    store = Store(Path(job["store"]), durable=False)
    spec = job["spec"]
    if spec["kind"] == "profile":
        store.save_profile(spec["backbone"], profile())
        return {"ending": "finished"}
    pace = float(os.environ.get(STEP, REAL_PACE))
    a_step = max(1, -(-spec["train_size"] // spec["batch"]))
    began = time.monotonic()
    draw = random.Random(spec["seed"])
    with RowWriter(store, job["run_id"], job["attempt"]) as writer:
        writer.add(_start(spec, a_step))
        writer.add(_epoch(0, 0, 0.0, draw))
        step = 0
        for epoch in range(1, spec["epochs"] + 1):
            for _ in range(a_step):
                step += 1
                time.sleep(max(0.0, began + step * pace - time.monotonic()))
                writer.add(_step(step, epoch, time.monotonic() - began, draw))
                if link.stopping():
                    return {"ending": "stopped"}
                if getattr(link, "pausing", bool)():
                    return {"ending": "paused"}
            writer.add(_epoch(epoch, step, time.monotonic() - began, draw))
        writer.add(_result(step, time.monotonic() - began))
    return {"ending": "finished"}


def _start(spec: dict[str, Any], a_step: int) -> dict[str, Any]:
    group = {"state": "kept", "learning": 50_000, "total": 50_000, "lr_scale": 1.0}
    return {
        "kind": "start",
        "groups": [{"name": name, **group} for name in GROUPS],
        "epochs": spec["epochs"],
        "steps_per_epoch": a_step,
        "steps": a_step * spec["epochs"],
        "train": spec["train_size"],
        "val": 500,
        "test": 1500,
        "classes": list(CLASSES),
        "ratio_every": 10,
        "cached_blocks": 0,
        "cache": "none",
        "views": 1,
        "device": "cpu",
        "precision": "fp32",
        "memory_format": "contiguous",
        "threads": 1,
        "seed": spec["seed"],
        "torch": metadata.version("torch"),
    }


def _step(step: int, epoch: int, t: float, draw: random.Random) -> dict[str, Any]:
    """About 900 bytes, like a real one."""
    row: dict[str, Any] = {"kind": "step", "step": step, "epoch": epoch, "t": round(t, 6)}
    row |= {"loss": draw.random(), "accuracy": draw.random()}
    for name in ("lr", "grad_norm", "rel_grad", *(["update_ratio"] if step % 10 == 1 else [])):
        row[name] = {group: draw.random() for group in GROUPS}
    return row


def _epoch(epoch: int, step: int, t: float, draw: random.Random) -> dict[str, Any]:
    row: dict[str, Any] = {"kind": "epoch", "epoch": epoch, "step": step, "t": round(t, 6)}
    row |= {
        "train_loss": draw.random() if epoch else None,
        "train_accuracy": 0.5 if epoch else None,
    }
    row |= {"val_loss": draw.random(), "val_accuracy": draw.random()}
    row["distance"] = {group: draw.random() for group in GROUPS[:-1]}
    return row


def _result(steps: int, seconds: float) -> dict[str, Any]:
    parts = {"prepare": 0.0, "cache": 0.0, "train": seconds, "evaluate": 0.0, "total": seconds}
    return {
        "kind": "result",
        "status": "finished",
        "test_accuracy": 0.5,
        "interval": [0.4, 0.6],
        "test_loss": 1.0,
        "confusion": [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]],
        "truth": [0, 1, 2, 3],
        "predictions": [0, 1, 2, 3],
        "confidence": [0.5, 0.5, 0.5, 0.5],
        "best": [],
        "worst": [],
        "seconds": parts,
        "images_per_second": 1000.0,
        "peak_memory_mb": 100.0,
        "peak_cuda_mb": None,
        "learning_parameters": 990_692,
        "total_parameters": 990_692,
        "steps": steps,
        "t": seconds,
        "diverged": None,
    }
