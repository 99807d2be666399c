"""What every spec is made of: frozen, bounded fields, refused in one go when they are wrong."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tlcore.ground.errors import UserError
from tlcore.ground.recipe import Compute, Knobs
from tlcore.training import spec_problems

KNOBS = Knobs()
RUN_ID = Field(pattern=r"^[0-9a-f]{32}$", description="id of a run that has finished")
SEED = Field(0, ge=0, le=2**31 - 1, description="one seed for all draws")


class Spec(BaseModel):
    """What may be asked of a worker: one class for each kind of run (tlcore.runs.registry)."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    # quick: a slot of its own, for what nobody should wait for; cpu: on a GPU where it computes
    lane: ClassVar[Literal["cpu", "quick", "fetch"]] = "cpu"
    # Settings that came after the first runs were stored: a spec without them means these values,
    # and at them it is no other run than before they came.  Written out: a default may change.
    since_when: ClassVar[Mapping[str, Any]] = {}
    brings_data: ClassVar[bool] = False  # `data` is what it makes, and not there before it

    kind: str

    def problems(self) -> list[spec_problems.Problem]:
        """What is wrong that no field shows alone."""
        return []

    @classmethod
    def still_there(cls, run_id: str, brief: Mapping[str, Any], folder: Path) -> bool:
        """Whether what an ended run of this kind made still is there, for who asks for the same.

        `brief`: its result.  `folder`: of the run, or of that which it looks at.
        """
        return True

    def computed(self, choice: Compute) -> Compute:
        """How it is computed where the machine is best off with `choice`."""
        return choice

    @model_validator(mode="after")
    def _good(self) -> Any:
        if problems := self.problems():
            raise UserError("spec.invalid", problems=problems)
        return self


class OfPictures(Spec):
    """A data set as a backbone meets it; the fields mean what they mean in a fine-tune."""

    backbone: str = "photo"
    data: str = "signs"
    train_size: int = Field(1000, ge=4, le=20_000, description="pictures that are looked at")
    difficulty: float = Field(KNOBS.difficulty, ge=0, le=1, description="of a drawn data set")
    shift: float = Field(KNOBS.shift, ge=0, le=1, description="of a drawn data set")
    seed: int = Field(0, ge=0, le=2**31 - 1, description="which pictures are drawn")

    @property
    def knobs(self) -> Knobs:
        return Knobs(self.difficulty, self.shift)

    def problems(self) -> list[spec_problems.Problem]:
        return spec_problems.of_pictures(self.backbone, self.data, self.train_size)
