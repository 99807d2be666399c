"""The experiments that the lessons name: each a preset, with a smaller one that a test can run.

A page starts from its preset's specs; assets/lessons/statements.json says which statement each
one shows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tlcore.runs.spec import Spec


@dataclass(frozen=True)
class Preset:
    """Runs (`specs`; `small`: the same experiment, reduced), or where nothing needs tensors, a
    function of the standard library's and numpy's speed (`call`), or both."""

    id: str  # "<page>.<name>"
    specs: tuple[Spec, ...] = ()
    small: tuple[Spec, ...] = ()
    call: Callable[[], object] | None = None
