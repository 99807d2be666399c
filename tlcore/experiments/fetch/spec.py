"""What may be asked of a download."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tlcore.training.spec_base import Spec


class FetchSpec(Spec):
    """Download the weights of a backbone, or a data set (tlcore.experiments.fetch.run)."""

    lane = "fetch"
    kind: Literal["fetch"] = "fetch"
    what: Literal["backbone", "data"] = "backbone"
    name: str = Field(max_length=60, description="id of a row of the catalogue")
