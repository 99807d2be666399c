"""Who takes part in a comparison: one fine-tune for each strategy and size, the cheapest first.

The cheapest first, because a reader who waits sees curves sooner, and because the deep features of
the first are what the later ones begin with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tlcore import catalog
from tlcore.training import estimate, strategies
from tlcore.training.quickest import choose

if TYPE_CHECKING:
    from tlcore.experiments.compare.spec import CompareSpec
    from tlcore.runs.spec import FineTuneSpec


@dataclass(frozen=True)
class Entrant:
    size: int
    strategy: str
    spec: FineTuneSpec

    @property
    def work(self) -> int:
        """Multiply-adds that training pays for: those of the blocks that learn, every epoch."""
        plan, blocks = self.spec.plan, catalog.backbone(self.spec.backbone).blocks
        each = sum(block.macs for block in blocks[plan.fixed : plan.read])
        return each * self.spec.epochs * self.size

    @property
    def learning(self) -> int:
        """Parameters."""
        return estimate.parameters(self.spec)[0]


def of(spec: CompareSpec) -> tuple[Entrant, ...]:
    """In the order in which they run."""
    from tlcore.runs.spec import FineTuneSpec

    found = []
    for size in sorted(spec.sizes):
        plain = FineTuneSpec(
            backbone=spec.backbone,
            data=spec.data,
            train_size=size,
            difficulty=spec.difficulty,
            shift=spec.shift,
            read=1,
            keep=0,
            freeze=0,
            epochs=spec.epochs,
            lr=spec.lr,
            seed=spec.seed,
        )
        made = [Entrant(size, name, strategies.apply(name, plain)) for name in spec.strategies]
        # Nothing of the backbone learns: a head that takes no step comes before one that does.
        found += sorted(
            made, key=lambda entrant: (entrant.work, entrant.spec.epochs, entrant.learning)
        )
    return tuple(found)


def quickest(spec: CompareSpec, profile: dict[str, Any] | None) -> CompareSpec:
    """The same in the precision and memory format in which the CPU of this machine trains its
    dearest entrant fastest; as it was on a machine that has not been measured."""
    if not profile:
        return spec
    here = {**profile, "rows": [row for row in profile["rows"] if row["device"] == "cpu"]}
    choice = choose(max(of(spec), key=lambda entrant: entrant.work).spec, here)
    changes = {"precision": choice.precision, "memory_format": choice.memory_format}
    return spec.model_copy(update=changes)


def seconds(asked: Sequence[CompareSpec], profile: dict[str, Any] | None) -> float | None:
    """What these comparisons take together on one slot; None on a machine not measured yet."""
    specs = [entrant.spec for one in asked for entrant in of(one)]
    compute = asked[0].compute
    each = [estimate.estimate(spec, compute, profile).seconds for spec in specs]
    return sum(s for s in each if s is not None) if None not in each else None
