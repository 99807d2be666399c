"""What may be asked of a look through the blocks."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tlcore.training import spec_problems
from tlcore.training.spec_base import KNOBS, SEED, Spec


class LookSpec(Spec):
    """One picture through every block: what each channel answers (tlcore.experiments.look.run)."""

    lane = "quick"
    kind: Literal["look"] = "look"
    run: str | None = Field(None, pattern=r"^[0-9a-f]{32}$", description="a fine-tune, for after")
    backbone: str = "clothing"
    data: str = Field("garments", description="data set that the picture and the patches are of")
    picture: int | None = Field(None, ge=0, le=10_000_000, description="number in the test set")
    upload: str | None = Field(None, pattern=r"^[0-9a-f]{64}$", description="sha256 of a file")
    invert: bool = Field(False, description="dark on light becomes light on dark")
    difficulty: float = Field(KNOBS.difficulty, ge=0, le=1, description="of a drawn data set")
    shift: float = Field(KNOBS.shift, ge=0, le=1, description="of a drawn data set")
    seed: int = SEED

    def problems(self) -> list[spec_problems.Problem]:
        if (self.picture is None) == (self.upload is None):
            return [("explain.one_picture", {})]
        return spec_problems.of_names(self.backbone, self.data)
