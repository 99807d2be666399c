"""What may be asked of a profile."""

from __future__ import annotations

from typing import Literal

from tlcore.training.spec_base import Spec


class ProfileSpec(Spec):
    """Measure how fast this machine runs one backbone, in each precision and memory format."""

    kind: Literal["profile"] = "profile"
    backbone: str = "clothing"
