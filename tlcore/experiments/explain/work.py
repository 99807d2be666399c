"""What a worker does to explain: one row on a run that has ended."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

from tlcore import catalog
from tlcore.experiments.explain.spec import ExplainSpec
from tlcore.ground.errors import UserError
from tlcore.runs import worker
from tlcore.runs.executors.contract import Ending, Job, Link
from tlcore.runs.run import Row
from tlcore.runs.store.store import Store


def work(spec: ExplainSpec, job: Job, link: Link, store: Store) -> Ending:
    return worker.tell(_rows(spec, Path(job["data_dir"]), store), job, link, store)


def _rows(spec: ExplainSpec, data_dir: Path, store: Store) -> Generator[Row]:
    run = store.run(spec.run)
    if run is None:
        raise UserError("run.gone")
    if catalog.reads_texts(run.spec):
        raise UserError("text.no_picture")
    from tlcore.experiments.explain import (
        run as explain,
    )  # captum takes a second to import: only where it is asked for

    found = explain.explain(spec, run, store.folder(run.id), data_dir)
    yield {"kind": "result", "status": "finished"} | found
