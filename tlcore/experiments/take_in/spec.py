"""What may be asked when pictures are taken in."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tlcore.training.spec_base import Spec


class TakeInSpec(Spec):
    """Decode pictures that a reader brought, and keep what is good
    (tlcore.experiments.take_in.run)."""

    lane = "quick"
    since_when = {"at_the_server": False}
    brings_data = True
    kind: Literal["take_in"] = "take_in"
    data: str = Field(pattern=r"^own-[0-9a-f]{32}$", description="id of the reader's own set")
    batch: str = Field(pattern=r"^[0-9a-f]{32}$", description="which delivery")
    at_the_server: bool = Field(False, description="brought by whoever sits at the server")
