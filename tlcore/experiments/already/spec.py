"""What may be asked of an untouched network about the test pictures of a set."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tlcore import catalog
from tlcore.catalog.packaged import Answering
from tlcore.ground.errors import UserError
from tlcore.training import spec_problems
from tlcore.training.spec_base import Spec
from tlcore.words.thousand import CLASSES

Number = Annotated[int, Field(ge=0, lt=CLASSES)]


class AlreadySpec(Spec):
    """Its own last layer, asked among a few of the 1,000 classes: those that mean the set's."""

    kind: Literal["already"] = "already"
    backbone: Answering = "imagenet"
    data: str = Field(description="id of a data set")
    meant: tuple[tuple[Number, ...], ...] = Field(
        min_length=2, description="for each class of the set, ImageNet's that mean it; none: ()"
    )

    def problems(self) -> list[spec_problems.Problem]:
        try:
            row = catalog.dataset(self.data)
        except UserError as error:
            return [(error.key, error.values)]
        used = [number for numbers in self.meant for number in numbers]
        asked = sum(bool(numbers) for numbers in self.meant)
        if row.modality == "text" or len(self.meant) != len(row.classes):
            return [("already.classes", {"given": len(self.meant), "needed": len(row.classes)})]
        if asked < 2 or len(used) != len(set(used)):
            return [("already.apart", {})]
        return []
