"""What a worker does to export: one file of a run that has ended, and a row that names it."""

from __future__ import annotations

from collections.abc import Generator

from tlcore import catalog
from tlcore.experiments.export import files as export
from tlcore.experiments.export.spec import ExportSpec
from tlcore.ground.errors import UserError
from tlcore.runs import worker
from tlcore.runs.executors.contract import Ending, Job, Link
from tlcore.runs.run import Row
from tlcore.runs.store.store import Store

OF_TEXTS = ("csv", "tensorboard")  # what needs no picture


def work(spec: ExportSpec, job: Job, link: Link, store: Store) -> Ending:
    return worker.tell(_rows(spec, store), job, link, store)


def _rows(spec: ExportSpec, store: Store) -> Generator[Row]:
    run = store.run(spec.run)
    if run is None:
        raise UserError("run.gone")
    if catalog.reads_texts(run.spec) and spec.what not in OF_TEXTS:
        raise UserError("text.no_picture")
    rows, _ = store.rows(run.id)
    file = export.write(spec.what, run, rows, store.folder(run.id), spec.language)
    made = {"file": file.name, "bytes": file.stat().st_size}
    yield {"kind": "result", "status": "finished"} | made
