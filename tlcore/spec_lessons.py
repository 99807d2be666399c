"""Specs of the lessons' own experiments: pre-training live, looking inside, labels, no labels.

Each is told by a module of tlcore (worker.TELLERS) as rows, the result last.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from tlcore import catalog, spec_problems
from tlcore.spec_base import KNOBS, RUN_ID, SEED, Checked, Frozen, OfPictures

Class = Annotated[int, Field(ge=0, le=9_999)]


class PretrainSpec(Checked):
    """A tiny network learns a source task from nothing while one watches (tlcore.grown).

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


class LookSpec(Checked):
    """One picture through every block: what each channel answers (tlcore.look)."""

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


class LayersSpec(Frozen):
    """What a fine-tune changed, block by block: embedding map, CKA, distance (tlcore.layers)."""

    kind: Literal["layers"] = "layers"
    run: str = RUN_ID


class RotationSpec(OfPictures):
    """Pre-train without labels, then learn from few: accuracy against labels (tlcore.unlabelled).

    `backbone` names the architecture; it starts from random weights.
    """

    kind: Literal["rotation"] = "rotation"
    backbone: str = "clothing"
    data: str = "garments"
    # 600 pictures, twice: with 1,000 the same is found, and a run takes over 30 s on one thread.
    train_size: int = Field(600, ge=4, le=20_000, description="pictures without labels")
    epochs: int = Field(2, ge=1, le=60, description="passes over the unlabelled pictures")


class GroupsSpec(OfPictures):
    """Pictures in groups without labels, beside the classes (tlcore.grouping_run)."""

    kind: Literal["groups"] = "groups"
    backbone: str = "clothing"
    data: str = "garments"
    train_size: int = Field(400, ge=4, le=2_000, description="pictures that are grouped")
    groups: int = Field(4, ge=2, le=20, description="how many")


class LabelsSpec(OfPictures):
    """What labels of the reader's own hand are worth: a head on them (tlcore.hand_labels).

    `labels[i]` is the class that the reader gave to picture i as a run without labels shows them.
    """

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


ByHand = GroupsSpec | LabelsSpec  # a second or two: a reader who clicks should not queue
Lessons = PretrainSpec | LookSpec | LayersSpec | RotationSpec | GroupsSpec | LabelsSpec
