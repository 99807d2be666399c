"""One seed of a published claim, told as rows: what `python -m tlcore claims` records, live."""

from __future__ import annotations

import importlib
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tlcore.experiments.claims import said as claims

if TYPE_CHECKING:
    from tlcore.experiments.claims.claim import Claim
    from tlcore.experiments.claims.spec import ClaimSpec

Row = dict[str, Any]


def rows(spec: ClaimSpec, data_dir: Path, folder: Path) -> Iterator[Row]:
    """Progress as it comes, then the result with the seed's Row; `folder` gets nothing."""
    claim = claims.every()[spec.claim]
    began = time.process_time()
    measured: Row = {}
    for told in measure(claim, spec.seed, spec.small):
        if set(told) == {"done", "of"}:
            yield {"kind": "progress", "part": "claim"} | told
        else:
            measured = told
    yield {
        "kind": "result",
        "status": "finished",
        "claim": claim.id,
        "number": claim.number,
        "small": spec.small,
        "row": measured,
        "cpu_seconds": round(time.process_time() - began, 2),
    }


def measure(
    claim: Claim, seed: int, small: bool = False, only: Collection[str] = ()
) -> Iterator[Row]:
    """{"done", "of"} while it goes, and last the Row.  `only`: the numbers that another recording
    lacks; a claim that reads one measures no others."""
    module, name = claim.measure.split(":")
    function = getattr(importlib.import_module(module), name)
    yield from function(seed, small, only) if only else function(seed, small)
