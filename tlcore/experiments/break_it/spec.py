"""Spec of a run that goes wrong on purpose, or of its repair (tlcore.experiments.break_it.run)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tlcore.experiments.break_it.mishaps import Fault
from tlcore.ground.recipe import HeadStart, Recipe
from tlcore.training.spec_base import OfPictures

_USUAL = Recipe()


class BreakSpec(OfPictures):
    """One fault, or the same run without it.  What differs is in the settings (mishaps.py), or
    where no setting of a fine-tune is that wrong, done by run/."""

    since_when = {"head_start": "random"}

    kind: Literal["break"] = "break"
    fault: Fault = "lost_head"
    repaired: bool = Field(False, description="the same run, put right")
    backbone: str = "clothing"
    data: str = "digits"
    train_size: int = Field(100, ge=4, le=1_000, description="training pictures")
    learns: Literal["head_only", "everything", "scratch", "random_head"] = Field(
        "everything",
        description="what learns; scratch: all of it, from random weights; random_head: a head on "
        "random blocks that stay as they are",
    )
    epochs: int = Field(10, ge=1, le=60, description="passes over the pictures")
    batch: int = Field(_USUAL.batch, ge=2, le=256, description="pictures a step")
    lr: float = Field(_USUAL.lr, ge=1e-7, le=10, description="peak rate of the blocks")
    head_lr: float = Field(_USUAL.head_lr, ge=1e-7, le=100, description="peak rate of the head")
    head_start: HeadStart = Field(_USUAL.head_start, description="random, or solved")
