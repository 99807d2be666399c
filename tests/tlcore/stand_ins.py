"""Workers that behave and misbehave on demand, in place of torch: spec["act"] says how."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tlcore.ground.recipe import Compute
from tlcore.runs import record
from tlcore.runs.executors.contract import Ending, Job, Link
from tlcore.runs.rowwriter import RowWriter
from tlcore.runs.store.store import Store

TARGET = "tests.tlcore.stand_ins:work"


@dataclass
class Spec:
    act: str
    values: dict[str, Any] = field(default_factory=dict)
    kind: str = "fine_tune"

    def model_dump(self, mode: str = "python") -> dict[str, Any]:
        return {"kind": self.kind, "act": self.act, **self.values}


@dataclass
class Resolved:
    """As tlcore.runs.spec.Resolved, for a worker that is none."""

    spec: Spec
    hash: str
    compute: Compute = field(default_factory=Compute)
    of: str | None = None

    @property
    def lane(self) -> str:
        if self.spec.kind in ("explain", "export"):
            return "quick"
        return "gpu" if self.compute.device == "cuda" else "cpu"


def order(
    act: str,
    hash: str | None = None,
    device: str = "cpu",
    kind: str = "fine_tune",
    of: str | None = None,
    **values: Any,
) -> Any:
    compute = Compute(device=device)
    return Resolved(Spec(act, values, kind), hash or os.urandom(8).hex(), compute, of)


def work(job: Job, link: Link) -> Ending:
    store = Store(Path(job["store"]), durable=False)
    state = state_of(job)
    written = json.loads(state.read_text())["rows"] if state.exists() else 0
    with RowWriter(store, job["run_id"], job["attempt"], written=written) as writer:
        if not written:
            writer.add({"kind": "start", "attempt": job["attempt"], "pid": os.getpid()})
        return globals()[job["spec"]["act"]](job, link, writer)


def quick(job: Job, link: Link, writer: RowWriter) -> Ending:
    for step in range(1, 11):
        writer.add({"kind": "step", "step": step})
    writer.add({"kind": "result", "status": "finished", "predictions": [0, 1], "steps": 10})
    return {"ending": "finished"}


def steady(job: Job, link: Link, writer: RowWriter) -> Ending:
    """A step each 10 ms until stopped, or until `steps` are done, on the attempt `ends_on` at the
    earliest: one that is to be cut short is not done before, however slow those who cut are."""
    endless = job["attempt"] < job["spec"].get("ends_on", 1)
    for step in range(1, (10_000 if endless else job["spec"].get("steps", 10_000)) + 1):
        writer.add({"kind": "step", "step": step})
        if link.stopping():
            return {"ending": "stopped"}
        time.sleep(0.01)
    writer.add({"kind": "result", "status": "finished", "predictions": [], "steps": step})
    return {"ending": "finished"}


def state_of(job: Job) -> Path:
    name = f"state-{job['attempt']}.safetensors"
    return Path(job["data_dir"]) / "runs" / job["run_id"] / name


def restful(job: Job, link: Link, writer: RowWriter) -> Ending:
    """As `steady`, but it can pause: what it saves is how far it got.  `slow`: seconds a pause
    takes; `dies`: it is killed between saving and saying so."""
    spec, state = job["spec"], state_of(job)
    began = json.loads(state.read_text())["rows"] if state.exists() else 1
    steps = spec.get("steps", 10_000)
    for step in range(began, steps + 1):
        writer.add({"kind": "step", "step": step, "attempt": job["attempt"], "pid": os.getpid()})
        if link.stopping():
            return {"ending": "stopped"}
        if link.pausing() and step < steps:
            time.sleep(spec.get("slow", 0))
            state.parent.mkdir(parents=True, exist_ok=True)
            state.write_text(json.dumps({"rows": step + 1}))
            if spec.get("dies"):
                time.sleep(0.2)
                os.kill(os.getpid(), signal.SIGKILL)
            return {"ending": "paused"}
        time.sleep(0.01)
    writer.add({"kind": "result", "status": "finished", "predictions": [], "steps": steps})
    return {"ending": "finished"}


def unheard(job: Job, link: Link, writer: RowWriter) -> Ending:
    """Its writes go into files that were removed under the store; `recorded`: its record stays."""
    store = Store(Path(job["store"]))
    run = store.run(job["run_id"])
    assert run is not None
    if job["spec"].get("recorded"):
        result = {"kind": "result", "status": "finished", "steps": 10}
        record.write(run, [{"kind": "step", "step": 10}, result], store.folder(run.id))
    return {"ending": "finished"}


def deaf(job: Job, link: Link, writer: RowWriter) -> Ending:
    """Sleeps in C with the GIL held, deaf to SIGTERM: only a kill ends it."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(0.3)
    ctypes.PyDLL(None).sleep(60)
    return {"ending": "finished"}


def killed(job: Job, link: Link, writer: RowWriter) -> Ending:
    """Dies without a word, on the first `times` attempts."""
    time.sleep(0.2)
    if job["attempt"] <= job["spec"]["times"]:
        os.kill(os.getpid(), signal.SIGKILL)
    return quick(job, link, writer)


def killed_late(job: Job, link: Link, writer: RowWriter) -> Ending:
    """Dies when its result is in the store and only the last word is missing."""
    quick(job, link, writer)
    time.sleep(0.3)
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def hungry(job: Job, link: Link, writer: RowWriter) -> Ending:
    held = []
    while True:
        held.append(bytearray(os.urandom(1) * 2**24))
        time.sleep(0.02)


def refused(job: Job, link: Link, writer: RowWriter) -> Ending:
    return {"ending": "failed", "error_key": "data.unknown", "error_values": {"given": "x"}}
