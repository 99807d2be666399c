"""What is asked of a backbone's source task, where pictures of it are shipped or drawn."""

from __future__ import annotations

from tlcore.catalog import source_task
from tlcore.data import sets
from tlcore.data.images import Split
from tlcore.data.known import clothing_source
from tlcore.ground.recipe import TransferPlan
from tlcore.networks.backbones import Backbone
from tlcore.training.engine.memory import Memory


def of(backbone: Backbone, name: str) -> Memory | None:
    """The old head on the pictures it came from; None where no source pictures are here."""
    pictures = _pictures(name)
    return None if pictures is None else Memory(backbone, len(backbone.blocks), *pictures)


def for_plan(backbone: Backbone, name: str, plan: TransferPlan) -> Memory | None:
    """The same; None as well where the plan leaves nothing that the old head could read."""
    if source_task.obstacle(name, len(backbone.blocks), plan):
        return None
    return of(backbone, name)


def _pictures(name: str) -> tuple[Split, Split] | None:
    """Those that the old head is solved on, and those that it is asked: none was trained on."""
    if name == source_task.SHIPPED:
        return clothing_source.load()
    source = source_task.drawn(name)
    if source is None:
        return None
    known, asked = sets.held_out(source)
    return known.first(source_task.KNOWN), asked.first(source_task.ASKED)
