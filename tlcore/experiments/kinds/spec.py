"""What may be asked of learning without labels, and by hand."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tlcore import catalog
from tlcore.training import spec_problems
from tlcore.training.spec_base import OfPictures

Class = Annotated[int, Field(ge=0, le=9_999)]


class RotationSpec(OfPictures):
    """Pre-train without labels, then learn from few: accuracy against labels
    (tlcore.experiments.kinds.run.unlabelled).

    `backbone` names the architecture; it starts from random weights.
    """

    kind: Literal["rotation"] = "rotation"
    backbone: str = "clothing"
    data: str = "garments"
    # 600 pictures, twice: with 1,000 the same is found, and a run takes over 30 s on one thread.
    train_size: int = Field(600, ge=4, le=20_000, description="pictures without labels")
    epochs: int = Field(2, ge=1, le=60, description="passes over the unlabelled pictures")


class GroupsSpec(OfPictures):
    """Pictures in groups without labels, beside the classes
    (tlcore.experiments.kinds.run.groups)."""

    lane = "quick"  # a second or two: a reader who clicks should not queue
    kind: Literal["groups"] = "groups"
    backbone: str = "clothing"
    data: str = "garments"
    train_size: int = Field(400, ge=4, le=2_000, description="pictures that are grouped")
    groups: int = Field(4, ge=2, le=20, description="how many")


class LabelsSpec(OfPictures):
    """What labels of the reader's own hand are worth: a head on them
    (tlcore.experiments.kinds.run.labels).

    `labels[i]` is the class that the reader gave to picture i as a run without labels shows them.
    """

    lane = "quick"  # a second or two: a reader who clicks should not queue
    kind: Literal["labels"] = "labels"
    backbone: str = "clothing"
    data: str = "garments"
    train_size: int = Field(10, ge=4, le=200, description="pictures that are shown")
    labels: tuple[Class, ...] = Field((), max_length=200, description="given by the reader")

    def problems(self) -> list[spec_problems.Problem]:
        """No label yet, or one for each picture."""
        if found := super().problems():
            return found
        classes = len(catalog.dataset(self.data).classes)
        if self.labels and (len(self.labels) != self.train_size or max(self.labels) >= classes):
            given = {"given": len(self.labels), "allowed": self.train_size, "classes": classes}
            return [("labels.incomplete", given)]
        return []
