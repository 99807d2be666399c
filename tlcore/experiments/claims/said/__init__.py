"""Published claims, run again: what was said, what is measured here, and whether it holds.

Every module of this package with a `CLAIM` holds one; `every` gathers them by number.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from tlcore.experiments.claims.claim import Claim


@cache
def every() -> dict[str, Claim]:
    """By id, in the order of their numbers.  Raises ValueError where two bear the same one."""
    modules = [
        importlib.import_module(f"{__name__}.{found.name}")
        for found in pkgutil.iter_modules(__path__)
    ]
    found: list[Claim] = []
    for module in modules:
        found += [module.CLAIM] if hasattr(module, "CLAIM") else getattr(module, "CLAIMS", [])
    told = {claim.id: claim for claim in sorted(found, key=lambda one: one.number)}
    if len(told) < len(found) or len({claim.number for claim in found}) < len(found):
        raise ValueError("two claims bear the same id or number")
    return told
