"""What may be asked of an explanation."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tlcore.training import spec_problems
from tlcore.training.spec_base import RUN_ID, Spec


class ExplainSpec(Spec):
    """Why a trained network said what it said of one picture: probabilities and Grad-CAM."""

    lane = "quick"
    kind: Literal["explain"] = "explain"
    run: str = RUN_ID
    picture: int | None = Field(None, ge=0, le=10_000_000, description="number in the test set")
    upload: str | None = Field(None, pattern=r"^[0-9a-f]{64}$", description="sha256 of a file")
    invert: bool = Field(False, description="dark on light becomes light on dark")
    target: int | None = Field(None, ge=0, le=100_000, description="class; None: the likeliest")
    block: int = Field(1, ge=1, le=1000, description="block whose output is looked at")

    def problems(self) -> list[spec_problems.Problem]:
        both_or_none = (self.picture is None) == (self.upload is None)
        return [("explain.one_picture", {})] if both_or_none else []
