"""What may be asked of a pre-training that one watches."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field

from tlcore.catalog import nursery
from tlcore.training import spec_problems
from tlcore.training.spec_base import SEED, Spec


class PretrainSpec(Spec):
    """A tiny network learns a source task from nothing while one watches
    (tlcore.experiments.grown.run).

    About two minutes of one thread at the most: `MOST` pictures in all, however often each is seen.
    """

    MOST: ClassVar[int] = 240_000

    kind: Literal["pretrain"] = "pretrain"
    data: Literal["font_digits", "signs", "blood"] = "font_digits"
    train_size: int = Field(6_000, ge=20, le=20_000, description="pictures of the source")
    epochs: int = Field(6, ge=1, le=60, description="passes over them")
    seed: int = SEED

    def problems(self) -> list[spec_problems.Problem]:
        """It has to end while one watches."""
        asked = self.train_size * self.epochs
        too_long = ("pretrain.too_long", {"given": asked, "most": self.MOST})
        return [too_long] if asked > self.MOST else []

    @classmethod
    def still_there(cls, run_id: str, brief: Mapping[str, Any], folder: Path) -> bool:
        """Its network makes room for new ones."""
        return nursery.note(nursery.name(run_id)) is not None
