"""What the dispatcher and a worker would do to a run, done by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image

from tlcore import catalog
from tlcore.runs.queue import Queue
from tlcore.runs.run import Run
from tlcore.runs.store.store import Store

PICTURES = 40


class House:
    """A data folder with its store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store(folder / "store.db")
        self.queue = Queue(self.store)

    def run(self, run_id: str) -> Run:
        found = self.store.run(run_id)
        assert found is not None
        return found

    def waiting(self) -> list[str]:
        """Runs of the readers that have not ended, oldest first."""
        found = sorted(self.queue.tickets(), key=lambda ticket: ticket.number)
        return [ticket.id for ticket in found if ticket.user != "profile"]

    def begin(self, run_id: str) -> None:
        self.queue.start(run_id)
        self.store.append(run_id, 1, 0, [{"kind": "start", "t": 0.0}])

    def finish(self, run_id: str) -> None:
        """Three epochs and a result: the first class is always named right, the rest never."""
        spec = self.run(run_id).spec
        classes = len(catalog.dataset(spec["data"]).classes)
        self.begin(run_id)
        rows = [
            {
                "kind": "epoch",
                "epoch": epoch,
                "step": epoch,
                "val_loss": 1.0 / (1 + epoch),
                "train_loss": 1.0 / (1 + epoch) if epoch else None,
            }
            for epoch in range(5)
        ]
        self.store.append(run_id, 1, 1, [*rows, result(classes)])
        Image.new("L", (8 * 7, 8 * 6)).save(_made(self.store.folder(run_id)) / "test.png")
        self.queue.end(run_id, "finished")

    def rest(self, run_id: str) -> None:
        """What a dispatcher makes of a run that was asked to pause."""
        self.queue.rest(run_id, "paused")

    def answer(self, run_id: str, **fields: Any) -> None:
        """The end of an explanation or an export: one row."""
        self.queue.start(run_id)
        row = {"kind": "result", "status": "finished", "seconds": 0.1, **fields}
        self.store.append(run_id, 1, 0, [row])
        self.queue.end(run_id, "finished")

    def diverge(self, run_id: str) -> None:
        self.begin(run_id)
        lost = {"test_accuracy": None, "interval": None, "test_loss": None, "confusion": None}
        where = {"step": 7, "group": "block8"}
        row = {"kind": "result", "status": "diverged", "diverged": where, "steps": 7, **lost}
        self.store.append(run_id, 1, 1, [row])
        self.queue.end(run_id, "diverged")

    def fail(self, run_id: str, key: str, **values: Any) -> None:
        self.begin(run_id)
        self.queue.end(run_id, "failed", key, values)


def result(classes: int) -> dict[str, Any]:
    truth = [i % classes for i in range(PICTURES)]
    confusion = [[0] * classes for _ in range(classes)]
    for name in truth:
        confusion[name][0] += 1
    return {
        "kind": "result",
        "status": "finished",
        "test_accuracy": truth.count(0) / PICTURES,
        "interval": [0.1, 0.4],
        "test_loss": 1.5,
        "confusion": confusion,
        "truth": truth,
        "predictions": [0] * PICTURES,
        "confidence": [0.5] * PICTURES,
        "best": [0],
        "worst": [1],
        "seconds": {"prepare": 0.1, "cache": 0.2, "train": 1.0, "evaluate": 0.1, "total": 1.4},
        "images_per_second": 1234.5,
        "peak_memory_mb": 456.0,
        "learning_parameters": 516,
        "total_parameters": 999,
        "weights_sha256": "ab" * 32,
        "frozen_sha256": {"before": "cd" * 32, "after": "cd" * 32},
        "sprite": {"file": "test.png", "columns": 7, "tile": [8, 8]},
        "steps": 4,
    }


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
