"""What a worker does with a run: spec -> backbone, data, engine -> rows and artefacts.

The one file that knows both the store and torch.  The command line runs the same `rows_of`.
"""

from __future__ import annotations

import contextlib
import importlib
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, cast

import torch

from tlcore import (
    backbones,
    catalog,
    data,
    engine,
    feature_files,
    log,
    machine,
    record,
    source_memory,
    spec,
)
from tlcore.data.images import ImageData
from tlcore.disk import NO_ROOM, disk_trouble
from tlcore.engine import learned, place, profile
from tlcore.engine.memory import Recall
from tlcore.engine.state import State
from tlcore.errors import UserError
from tlcore.executors.contract import Ending, Job, Link
from tlcore.recipe import Compute
from tlcore.rowwriter import RowWriter
from tlcore.runs import Row
from tlcore.sprite import write_sprite
from tlcore.store import Fenced, Store

SHOWN = 600  # characters of a test text that a result keeps to show
WARM_BACKBONE, WARM_DATA = "clothing", ("digits", "garments")  # what the first lessons use


def warm(kind: str = "cpu") -> None:
    """What the first run of a process would wait for, done while the process waits for a job."""
    torch.set_num_threads(1)  # before any operation: one thread replays bit for bit
    if kind == "fetch":
        return  # it trains nothing
    if kind == "gpu" and torch.cuda.is_available():
        torch.zeros(1, device="cuda")  # the CUDA context takes seconds: now, not in the run
    if kind == "quick":
        from tlcore import explain  # noqa: F401 - and captum, and what that imports: 1.1 s
    with contextlib.suppress(UserError):  # a run that needs what is damaged tells its learner
        for name in WARM_DATA:
            data.load(name, 10)  # the files stay read
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
    if isinstance(asked, spec.ProfileSpec):
        store.save_profile(asked.backbone, measure(asked.backbone))
        return {"ending": "finished"}
    if isinstance(asked, spec.FineTuneSpec):
        return _fine_tune(asked, job, link, store)
    if isinstance(asked, spec.ExplainSpec | spec.ExportSpec):
        return _short(asked, job, store)
    return _told(asked, job, link, store)


def _check_own_pictures(asked: spec.AnySpec, job: Job) -> None:
    """A reader's set may change while a run of it waits: what would be trained then is not what
    the hash names.  Raises UserError("own.changed")."""
    if not getattr(asked, "data", "").startswith("own-") or isinstance(asked, spec.TakeInSpec):
        return
    if spec.hash_of(asked, Compute(**job["compute"]), machine.name()) != job["hash"]:
        raise UserError("own.changed")


def _fine_tune(asked: spec.FineTuneSpec, job: Job, link: Link, store: Store) -> Ending:
    """Train, or go on where the run was paused; every row is in the store when this returns."""
    run_id, attempt = job["run_id"], job["attempt"]
    compute, folder = Compute(**job["compute"]), store.folder(run_id)
    checkpoint = engine.Checkpoint(_state_file(folder, attempt))
    # Rows after the state (of a worker that was killed since) are made and written again.
    told = store.rows(run_id)[0][: checkpoint.rows] if checkpoint.found else []
    if len(told) < checkpoint.rows:
        raise UserError("run.state_damaged")
    pictures = load(asked)
    cache, learned_file = Path(job["data_dir"]) / "cache", folder / learned.FILE
    ending = "lost"
    with RowWriter(store, run_id, attempt, written=len(told)) as writer:
        for row in rows_of(asked, compute, pictures, cache, checkpoint, learned_file):
            told.append(row)
            if row["kind"] == "result":
                row |= _shown(pictures, folder)
                _record(job, told, store)
                ending = row["status"]
            elif link.stopping():
                ending = "stopped"
            elif link.pausing() and checkpoint.ready:
                ending = "paused"
            writer.add(row)
            if ending != "lost":
                break
        else:
            raise RuntimeError("the engine ended without a result row")
    if ending == "paused":
        checkpoint.save(len(told))
    else:
        for number in range(1, attempt + 1):
            _state_file(folder, number).unlink(missing_ok=True)
    return {"ending": ending}


def _shown(pictures: ImageData, folder: Path) -> Row:
    """What a result is shown with: the test pictures on one sheet, or the test texts."""
    if pictures.test.texts:
        return {"texts": [text[:SHOWN] for text in pictures.test.texts], "cut": pictures.cut}
    return {"sprite": write_sprite(pictures.test.images.numpy(), folder / "test.png")}


def _state_file(folder: Path, attempt: int) -> Path:
    """Of one attempt, as its rows are: a run that starts anew has no use for the last one's."""
    return folder / f"state-{attempt}.safetensors"


def _record(job: Job, rows: Sequence[Row], store: Store) -> None:
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


def _short(asked: spec.ExplainSpec | spec.ExportSpec, job: Job, store: Store) -> Ending:
    """What is made of a run that has ended: one row."""
    began = time.perf_counter()
    run = store.run(asked.run)
    if run is None:
        raise UserError("run.gone")
    if catalog.reads_texts(run.spec) and getattr(asked, "what", "") not in ("csv", "tensorboard"):
        raise UserError("text.no_picture")
    folder = store.folder(run.id)
    row: Row = {"kind": "result", "status": "finished"}
    if isinstance(asked, spec.ExplainSpec):
        from tlcore import explain  # captum takes a second to import: only where it is asked for

        row |= explain.explain(asked, run, folder, Path(job["data_dir"]))
    else:
        from tlcore import export

        file = export.write(asked.what, run, store.rows(run.id)[0], folder, asked.language)
        row |= {"file": file.name, "bytes": file.stat().st_size}
    row["seconds"] = round(time.perf_counter() - began, 3)
    _record(job, [row], store)
    with RowWriter(store, job["run_id"], job["attempt"]) as writer:
        writer.add(row)
    return {"ending": "finished"}


TELLERS = {  # kind of run: the module whose rows(asked, data_dir, folder) tells it, result last
    "similarity": "tlcore.similarity",
    "survey": "tlcore.survey",
    "take_in": "tlcore.take_in",
    "fetch": "tlcore.downloads",
    "pretrain": "tlcore.grown",
    "look": "tlcore.look",
    "layers": "tlcore.layers",
    "rotation": "tlcore.unlabelled",
    "groups": "tlcore.grouping_run",
    "labels": "tlcore.hand_labels",
    "compare": "tlcore.compare_run",
    "rates": "tlcore.rates_run",
    "finder": "tlcore.finder_run",
    "pairs": "tlcore.pairs_run",
    "break": "tlcore.break_run",
    "claim": "tlcore.claims_run",
    "words": "tlcore.language.words",
    "senses": "tlcore.language.senses",
    "text_layers": "tlcore.language.probes",
    "text_cost": "tlcore.language.costs",
    "text_spread": "tlcore.language.text_spread",
    "objectives": "tlcore.language.predictions",
    "objective_tasks": "tlcore.language.tasks",
    "objective_steps": "tlcore.language.steps",
    "to_text": "tlcore.language.to_text_run",
    "to_text_ask": "tlcore.language.to_text_ask",
    "prompt_score": "tlcore.language.prompt_score",
    "prompt_ask": "tlcore.language.prompt_ask",
    "write": "tlcore.language.hub_write",
    "text_head": "tlcore.language.other_heads",
    "text_ask": "tlcore.language.other_heads",
}


def _told(asked: spec.Told, job: Job, link: Link, store: Store) -> Ending:
    """Runs that tell rows and need no state: each begins anew when its worker was killed."""
    teller = importlib.import_module(TELLERS[asked.kind])
    began, told = time.perf_counter(), list[Row]()
    rows = teller.rows(asked, Path(job["data_dir"]), store.folder(job["run_id"]))
    with RowWriter(store, job["run_id"], job["attempt"]) as writer, contextlib.closing(rows):
        for row in rows:
            if row["kind"] == "result":
                row["seconds"] = round(time.perf_counter() - began, 3)
            told.append(row)
            if row["kind"] == "result":
                _record(job, told, store)
            writer.add(row)
            if link.stopping():
                return {"ending": "stopped"}
    return {"ending": "finished"}


def load(asked: spec.FineTuneSpec) -> ImageData:
    """The pictures of a spec, or its texts as its backbone reads them."""
    reader = {"backbone": asked.backbone} if catalog.reads_texts(asked.model_dump()) else {}
    return data.load(asked.data, asked.train_size, asked.seed, asked.knobs, **reader)


def rows_of(
    asked: spec.FineTuneSpec,
    compute: Compute,
    pictures: ImageData | None = None,
    cache: Path | None = None,
    checkpoint: engine.Checkpoint | None = None,
    learned_file: Path | None = None,
    memory: Callable[[State], Recall | None] | None = None,
) -> Iterator[Row]:
    """Train as the spec says and yield the engine's rows; the last is the result."""
    pictures = pictures or load(asked)
    # From scratch, no weights are read: nothing to download, nothing that can be damaged.
    backbone = backbones.build(asked.backbone, pretrained=asked.keep > 0, seed=asked.seed)
    if asked.forgetting and memory is None:
        memory = source_memory.for_plan(backbone, asked.backbone, asked.plan)
    rows = engine.train(
        backbone,
        pictures,
        asked.plan,
        asked.recipe,
        compute,
        cache,
        checkpoint=checkpoint,
        learned_file=learned_file,
        memory=memory,
    )
    return cast("Iterator[Row]", rows)  # there typed dicts, here what JSON can hold


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


def _failed(key: str, **values: object) -> Ending:
    return {"ending": "failed", "error_key": key, "error_values": values}
