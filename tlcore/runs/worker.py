"""What a worker does with a run: spec -> backbone, data, engine -> rows and artefacts.

What is done for a kind of run stands in its folder (tlcore.runs.registry).
"""

from __future__ import annotations

import contextlib
import time
import traceback
from collections.abc import Generator, Sequence
from pathlib import Path

import torch

from tlcore.data import sets
from tlcore.ground import log, machine
from tlcore.ground.disk import NO_ROOM, disk_trouble
from tlcore.ground.errors import UserError
from tlcore.ground.recipe import Compute
from tlcore.networks import backbones
from tlcore.runs import record, registry, spec
from tlcore.runs.executors.contract import Ending, Job, Link
from tlcore.runs.rowwriter import RowWriter
from tlcore.runs.run import Row
from tlcore.runs.store.store import Fenced, Store
from tlcore.training import feature_files
from tlcore.training.engine import place

WARM_BACKBONE, WARM_DATA = "clothing", ("digits", "garments")  # what the first lessons use


def warm(kind: str = "cpu") -> None:
    """What the first run of a process would wait for, done while the process waits for a job."""
    torch.set_num_threads(1)  # before any operation: one thread replays bit for bit
    if kind == "fetch":
        return  # it trains nothing
    if kind == "gpu" and torch.cuda.is_available():
        torch.zeros(1, device="cuda")  # the CUDA context takes seconds: now, not in the run
    if kind == "quick":
        for module in registry.warm():
            registry.at(module)
    with contextlib.suppress(UserError):  # a run that needs what is damaged tells its learner
        for name in WARM_DATA:
            sets.load(name, 10)  # the files stay read
        backbone = backbones.build(WARM_BACKBONE)
        shape = backbone.input.channels, backbone.input.size, backbone.input.size
        optimizer = torch.optim.AdamW(backbone.blocks.parameters())
        loss = backbone.blocks(torch.zeros(4, *shape)).sum()
        loss.backward()
        optimizer.step()


def work(job: Job, link: Link) -> Ending:
    """Do one job.  Never raises: every fault becomes an ending with a text key and its values."""
    torch.set_num_threads(1)
    folder = Path(job["data_dir"])
    try:
        return _work(job, link, Store(Path(job["store"]), durable=False))
    except UserError as error:
        return _failed(error.key, **error.values)
    except Fenced:
        return {"ending": "stopped"}
    except Exception as error:
        if place.is_out_of_memory(error):
            return _failed("device.out_of_memory", device=job["compute"]["device"])
        told = disk_trouble(error, folder) if isinstance(error, OSError) else None
        if told is not None:
            return _failed(told.key, **told.values)
        # A bug: the log has the traceback, the learner a sentence with its place.
        file = log.write(folder, "worker", f"run {job['run_id']}\n{traceback.format_exc()}")
        return _failed("run.bug", log=str(file))


def _work(job: Job, link: Link, store: Store) -> Ending:
    asked = spec.parse(job["spec"])
    _check_own_pictures(asked, job)
    experiment = registry.kinds()[asked.kind]
    if experiment.work is not None:
        ending: Ending = registry.part(experiment, "work")(asked, job, link, store)
        return ending
    rows = registry.part(experiment, "rows")
    return tell(rows(asked, Path(job["data_dir"]), store.folder(job["run_id"])), job, link, store)


def _check_own_pictures(asked: spec.Spec, job: Job) -> None:
    """A reader's set may change while a run of it waits: what would be trained then is not what
    the hash names.  Raises UserError("own.changed")."""
    if not getattr(asked, "data", "").startswith("own-") or asked.brings_data:
        return
    if spec.hash_of(asked, Compute(**job["compute"]), machine.name()) != job["hash"]:
        raise UserError("own.changed")


def keep(job: Job, rows: Sequence[Row], store: Store) -> None:
    """Beside the store, and before it has the result: a store that is lost can be filled again."""
    run = store.run(job["run_id"])
    if run is None or run.attempt != job["attempt"]:
        raise Fenced(job["run_id"])
    try:
        record.write(run, rows, store.folder(run.id))
    except OSError as error:
        told = disk_trouble(error, store.path)
        full = told is not None and told.key in NO_ROOM
        if not (full and feature_files.make_room(store.path.parent / "cache")):
            raise
        record.write(run, rows, store.folder(run.id))


def tell(rows: Generator[Row], job: Job, link: Link, store: Store) -> Ending:
    """Runs that tell rows and need no state: each begins anew when its worker was killed."""
    began, told = time.perf_counter(), list[Row]()
    with RowWriter(store, job["run_id"], job["attempt"]) as writer, contextlib.closing(rows):
        for row in rows:
            if row["kind"] == "result":
                row["seconds"] = round(time.perf_counter() - began, 3)
            told.append(row)
            if row["kind"] == "result":
                keep(job, told, store)
            writer.add(row)
            if row["kind"] != "result" and link.stopping():
                return {"ending": "stopped"}
    return {"ending": "finished"}


def _failed(key: str, **values: object) -> Ending:
    return {"ending": "failed", "error_key": key, "error_values": values}
