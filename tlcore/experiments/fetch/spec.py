"""What may be asked of a download."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from tlcore.catalog import stored
from tlcore.training.spec_base import Spec


class FetchSpec(Spec):
    """Download the weights of a backbone, or a data set (tlcore.experiments.fetch.run)."""

    lane = "fetch"
    kind: Literal["fetch"] = "fetch"
    what: Literal["backbone", "data"] = "backbone"
    name: str = Field(max_length=60, description="id of a row of the catalogue")

    @classmethod
    def still_there(cls, run_id: str, brief: Mapping[str, Any], folder: Path) -> bool:
        """It may have been removed since."""
        return stored.present(str(brief.get("name")))
