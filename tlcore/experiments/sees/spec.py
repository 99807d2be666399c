"""What may be asked of an untouched network about one picture."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tlcore.catalog.packaged import Answering
from tlcore.training.spec_base import Spec
from tlcore.words.thousand import CLASSES


class SeesSpec(Spec):
    """The likeliest of ImageNet's classes, and where in the picture the evidence for one lies."""

    lane = "quick"
    kind: Literal["sees"] = "sees"
    backbone: Answering = "imagenet"
    upload: str = Field(pattern=r"^[0-9a-f]{64}$", description="sha256 of a file")
    target: int | None = Field(None, ge=0, lt=CLASSES, description="class; None: the likeliest")
