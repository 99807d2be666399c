"""What may be asked of a profile."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from tlcore.training.spec_base import Spec


class ProfileSpec(Spec):
    """Measure how fast this machine runs one backbone, in each precision and memory format."""

    kind: Literal["profile"] = "profile"
    backbone: str = "clothing"

    @classmethod
    def still_there(cls, run_id: str, brief: Mapping[str, Any], folder: Path) -> bool:
        """How fast the machine is, is only ever asked because it may have changed."""
        return False
