"""The part of a block that learns while its weights stay as they were, whatever the variant.

A row of tlcore.ground.variants names a module for it, which has the three functions of `Part`.  One
for pictures also says what an exported file takes of it so that a part is there: `TAKEN`, with
`fitted` in it where something is added.
"""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast

from torch import nn

from tlcore.ground import variants
from tlcore.networks.backbone import InputSpec, TextInput

Listed = nn.ModuleList | nn.ParameterList


class Part(Protocol):
    """What a module of tlcore.ground.variants' `parts` has."""

    def fitted(self, block: nn.Module, channels: int) -> nn.Module:
        """The block with what is added to it, which changes nothing yet; in place, or around it."""

    def additions(self, block: nn.Module) -> Listed:
        """What of a fitted block learns: its own modules or parameters, not copies; else empty."""

    def counted(self, block: nn.Module, channels: int) -> tuple[int, int]:
        """Numbers that are added to a block, and numbers of its own that learn beside them."""


def module(variant: variants.Variant, spec: InputSpec) -> Part:
    """For what a backbone reads."""
    return cast(Part, import_module(variant.parts[_kind(spec)]))


def _kind(spec: InputSpec) -> str:
    return "text" if isinstance(spec, TextInput) else "picture"


def additions(block: nn.Module, learns: str) -> Listed:
    """What of a block learns by this variant, pictures' or texts'; empty where it has no place."""
    modules = dict.fromkeys(variants.of(learns).parts.values())
    found = [cast(Part, import_module(name)).additions(block) for name in modules]
    return next((part for part in found if len(part)), nn.ModuleList())


def counted(block: nn.Module, channels: int, spec: InputSpec) -> dict[str, int]:
    """The fields of a block in catalog.json: what each variant adds to it, and what of its own
    learns; those that are not 0."""
    found: dict[str, int] = {}
    for variant in variants.VARIANTS.values():
        if _kind(spec) in variant.parts:
            added, own = module(variant, spec).counted(block, channels)
            found |= {variant.added: added, variant.own: own}
    return {name: number for name, number in found.items() if name and number}
