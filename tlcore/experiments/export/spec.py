"""What may be asked of an export."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from tlcore.training.spec_base import RUN_ID, Spec


class ExportSpec(Spec):
    """A file made of a run, to take home."""

    lane = "quick"
    kind: Literal["export"] = "export"
    run: str = RUN_ID
    what: Literal["csv", "weights", "train_again", "report", "tensorboard"] = "csv"
    language: Literal["en", "ko"] = Field("en", description="of the words in it")

    @classmethod
    def still_there(cls, run_id: str, brief: Mapping[str, Any], folder: Path) -> bool:
        """Its file makes room for new ones."""
        file = brief.get("file")
        return bool(file) and (folder / "export" / str(file)).is_file()
