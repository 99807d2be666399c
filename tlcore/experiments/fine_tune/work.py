"""What a worker does with a fine-tune: it trains, pauses and goes on, and keeps what learned."""

from __future__ import annotations

from pathlib import Path

from tlcore.data.images import ImageData
from tlcore.data.sprite import write_sprite
from tlcore.ground.errors import UserError
from tlcore.ground.recipe import Compute
from tlcore.runs import worker
from tlcore.runs.executors.contract import Ending, Job, Link
from tlcore.runs.rowwriter import RowWriter
from tlcore.runs.run import Row
from tlcore.runs.store.store import Store
from tlcore.training import engine
from tlcore.training.engine import learned
from tlcore.training.spec_fine_tune import FineTuneSpec
from tlcore.training.transfer import fine_tune

SHOWN = 600  # characters of a test text that a result keeps to show


def work(spec: FineTuneSpec, job: Job, link: Link, store: Store) -> Ending:
    """Train, or go on where the run was paused; every row is in the store when this returns."""
    run_id, attempt = job["run_id"], job["attempt"]
    compute, folder = Compute(**job["compute"]), store.folder(run_id)
    checkpoint = engine.Checkpoint(_state_file(folder, attempt))
    # Rows after the state (of a worker that was killed since) are made and written again.
    told = store.rows(run_id)[0][: checkpoint.rows] if checkpoint.found else []
    if len(told) < checkpoint.rows:
        raise UserError("run.state_damaged")
    pictures = fine_tune.load(spec)
    cache, learned_file = Path(job["data_dir"]) / "cache", folder / learned.FILE
    ending = "lost"
    with RowWriter(store, run_id, attempt, written=len(told)) as writer:
        for row in fine_tune.rows_of(spec, compute, pictures, cache, checkpoint, learned_file):
            told.append(row)
            if row["kind"] == "result":
                row |= _shown(pictures, folder)
                worker.keep(job, told, store)
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
