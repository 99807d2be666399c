"""What is asked of a backbone's source task, where pictures of it are shipped."""

from __future__ import annotations

from tlcore.backbones import Backbone
from tlcore.data import clothing_source
from tlcore.engine.memory import Memory


def of(backbone: Backbone, name: str) -> Memory | None:
    """The old head on the pictures it came from; None where no source pictures are shipped."""
    if name != "clothing":
        return None
    return Memory(backbone, len(backbone.blocks), *clothing_source.load())
