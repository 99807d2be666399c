"""What a run leaves to take home: `write` makes one file of it in the run's folder.

Nothing here is imported before it is asked for: weights and train_again need torch, tensorboard
needs tensorboardX (which imports torch), csv and report need neither.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from tlcore.experiments.export.archive import put
from tlcore.experiments.export.subject import Subject
from tlcore.ground.errors import UserError
from tlcore.runs.run import Row, Run


class _Maker(Protocol):
    def make(self, subject: Subject, language: str) -> bytes: ...


# what -> (module that makes it, whether a run that diverged has it, name of the file)
KINDS: dict[str, tuple[str, bool, str]] = {
    "csv": ("csv_", True, "rows.csv"),
    "weights": ("run.weights", False, "model.zip"),
    "train_again": ("run.script", False, "train_again.zip"),
    "report": ("report.report", True, "report-{language}.html"),
    "tensorboard": ("run.tensorboard", True, "tensorboard.zip"),
}


def name_of(what: str, language: str) -> str:
    """Name of the file in the run's folder `export`."""
    return KINDS[what][2].format(language=language)


def write(what: str, run: Run, rows: Sequence[Row], folder: Path, language: str) -> Path:
    """Make `folder/export/<name>` whole or not at all, and return its path.

    The same run gives the same bytes.  Raises UserError: export.unknown, export.unfinished (no
    result yet), export.diverged (what has not learned has no weights), export.weights_gone,
    export.changed (pictures or weights), and what building the backbone raises.
    """
    if what not in KINDS:
        raise UserError("export.unknown", given=what[:40], known=", ".join(KINDS))
    module, diverged_too, _ = KINDS[what]
    subject = Subject.of(run, rows, folder)
    if subject.result["status"] != "finished" and not diverged_too:
        raise UserError("export.diverged")
    maker: _Maker = importlib.import_module(f"tlcore.experiments.export.{module}")
    return put(folder / "export" / name_of(what, language), maker.make(subject, language))
