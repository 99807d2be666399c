"""One seed of each published claim: what the page "claims" runs live."""

from __future__ import annotations

from tlcore.experiments.claims import said as claims
from tlcore.experiments.claims.spec import ClaimSpec
from tlcore.runs.presets import Preset


def spec(claim: str, seed: int = 0) -> ClaimSpec:
    return ClaimSpec(claim=claim, seed=seed)


PRESETS = tuple(
    Preset(claim.preset, (spec(claim.id),), (ClaimSpec(claim=claim.id, small=True),))
    for claim in claims.every().values()
)
