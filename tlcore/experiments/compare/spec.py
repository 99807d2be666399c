"""Spec of a comparison: strategies x sizes on one draw of the pictures
(tlcore.experiments.compare.run).

One run holds one seed; several seeds are several runs, side by side on the slots of the machine.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tlcore import catalog
from tlcore.ground.recipe import Compute, Knobs, MemoryFormat, Precision
from tlcore.training import spec_problems, strategies
from tlcore.training.spec_base import KNOBS, SEED, Spec
from tlcore.training.spec_problems import Problem
from tlcore.training.strategies import CAREFUL

Size = Annotated[int, Field(ge=4, le=20_000)]
Name = Annotated[str, Field(max_length=40)]


class CompareSpec(Spec):
    """Every strategy on every size, the cheapest first; what they share is computed once."""

    kind: Literal["compare"] = "compare"
    backbone: str = "clothing"
    data: str = "garments"
    difficulty: float = Field(KNOBS.difficulty, ge=0, le=1, description="of a drawn data set")
    shift: float = Field(KNOBS.shift, ge=0, le=1, description="of a drawn data set")
    sizes: tuple[Size, ...] = Field((200,), max_length=4, description="pictures")
    strategies: tuple[Name, ...] = Field(
        ("head_only", "last_blocks", "everything"), max_length=12, description="names"
    )
    epochs: int = Field(20, ge=1, le=200, description="passes over the pictures")
    lr: float = Field(CAREFUL, ge=1e-7, le=10, description="peak rate of pre-trained blocks")
    precision: Precision = Field("fp32", description="format of numbers, as the machine likes it")
    memory_format: MemoryFormat = Field("contiguous", description="order of a picture's values")
    seed: int = SEED

    @property
    def compute(self) -> Compute:
        """Always the CPU: several seeds side by side are worth more than one on a GPU."""
        return Compute(precision=self.precision, memory_format=self.memory_format)

    @property
    def knobs(self) -> Knobs:
        return Knobs(self.difficulty, self.shift)

    def problems(self) -> list[Problem]:
        problems: list[Problem] = []
        if len(self.strategies) < 2 or not self.sizes:
            problems.append(("compare.too_few", {}))
        for size in self.sizes:
            told = spec_problems.of_pictures(self.backbone, self.data, size)
            problems += [problem for problem in told if problem not in problems]
        for field in ("sizes", "strategies"):
            if len(set(getattr(self, field))) < len(getattr(self, field)):
                problems.append((f"compare.twice.{field}", {}))
        if not problems:
            blocks = len(catalog.backbone(self.backbone).blocks)
            known = strategies.names(blocks)
            for name in self.strategies:
                if strategies.find(name, blocks) is None:
                    allowed = ", ".join(known)
                    problems.append(("compare.unknown", {"given": name, "allowed": allowed}))
        return problems
