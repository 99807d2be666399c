"""What a worker does to export: one file of a run that has ended, and a row that names it."""

from __future__ import annotations

from collections.abc import Generator

from tlcore import catalog, export, worker
from tlcore.errors import UserError
from tlcore.executors.contract import Ending, Job, Link
from tlcore.experiments.export.spec import ExportSpec
from tlcore.runs import Row
from tlcore.store import Store

OF_TEXTS = ("csv", "tensorboard")  # what needs no picture


def work(asked: ExportSpec, job: Job, link: Link, store: Store) -> Ending:
    return worker.tell(_rows(asked, store), job, link, store)


def _rows(asked: ExportSpec, store: Store) -> Generator[Row]:
    run = store.run(asked.run)
    if run is None:
        raise UserError("run.gone")
    if catalog.reads_texts(run.spec) and asked.what not in OF_TEXTS:
        raise UserError("text.no_picture")
    rows, _ = store.rows(run.id)
    file = export.write(asked.what, run, rows, store.folder(run.id), asked.language)
    made = {"file": file.name, "bytes": file.stat().st_size}
    yield {"kind": "result", "status": "finished"} | made
