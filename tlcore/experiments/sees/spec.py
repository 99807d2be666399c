"""What may be asked of an untouched network about one picture."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field

from tlcore.training.spec_base import Spec
from tlcore.words.thousand import CLASSES

Network = Literal["imagenet", "imagenet_lite1", "imagenet_lite2"]
NETWORKS: tuple[Network, ...] = get_args(Network)  # packages carry them with their last layer


class SeesSpec(Spec):
    """The likeliest of ImageNet's classes, and where in the picture the evidence for one lies."""

    lane = "quick"
    kind: Literal["sees"] = "sees"
    backbone: Network = "imagenet"
    upload: str = Field(pattern=r"^[0-9a-f]{64}$", description="sha256 of a file")
    target: int | None = Field(None, ge=0, lt=CLASSES, description="class; None: the likeliest")
