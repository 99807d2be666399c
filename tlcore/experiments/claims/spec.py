"""Spec of one seed of a published claim, run again (tlcore.experiments.claims.run).

One run holds one seed; several seeds are several runs, side by side on the slots of the machine.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tlcore.experiments.claims import said as claims
from tlcore.training.spec_base import SEED, Spec
from tlcore.training.spec_problems import Problem


class ClaimSpec(Spec):
    """What one seed says of a claim.  The experiment, its sizes included, is the claim's own."""

    kind: Literal["claim"] = "claim"
    claim: str = Field(max_length=40, description="id of a published claim")
    seed: int = SEED
    small: bool = Field(False, description="a few pictures, to see that it runs: proves nothing")

    @property
    def backbone(self) -> str | None:
        """Whose weights the result depends on, and so its hash."""
        found = claims.every().get(self.claim)
        return found.backbone if found else None

    @property
    def experiment(self) -> dict[str, object] | None:
        """Sizes, rates and what is told: another experiment is another run."""
        found = claims.every().get(self.claim)
        return {"settings": dict(found.settings), "keys": found.keys} if found else None

    def problems(self) -> list[Problem]:
        if self.claim in claims.every():
            return []
        return [("claim.unknown", {"given": self.claim, "known": ", ".join(claims.every())})]
