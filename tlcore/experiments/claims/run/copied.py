"""Measures one seed of claims 1 to 4, as the depth curves are recorded: base
networks, copies, one by one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from tlcore.experiments.claims.depths import run as depths
from tlcore.experiments.claims.depths.reading import BASE, SPLITS, Step
from tlcore.experiments.claims.depths.spec import BACKBONE, BLOCKS, Size, recipe
from tlcore.experiments.claims.said.copied import NEEDS, SIZE
from tlcore.ground.recipe import Compute, TransferPlan
from tlcore.networks import backbones
from tlcore.training import engine

if TYPE_CHECKING:
    from tlcore.data.images import ImageData
    from tlcore.networks.backbone import Backbone

NEVER_LEARNED = 2_000  # added to the seed: these weights are no other network's
SMALL = Size(train=40, test=60, val=20, epochs=1, precision="fp32")


def measure(
    keys: Sequence[str], seed: int, small: bool = False, only: Collection[str] = ()
) -> Iterator[dict[str, Any]]:
    """Every key of a row, or these of them; a base network is learned once a split, and only
    where it is asked for or copied."""
    size = SMALL if small else SIZE
    bases, source = depths.Bases(size), backbones.build(BACKBONE)
    asked = [name for name in keys if name in (only or keys)]
    row: dict[str, Any] = {"seed": seed}
    for done, name in enumerate(asked):
        yield {"done": done, "of": len(asked)}
        split, curve, n = name.split(".")
        row[name] = round(_one(Step(split, curve, int(n), seed), size, bases, source), 5)
    yield row


def _one(step: Step, size: Size, bases: depths.Bases, source: Backbone) -> float:
    """Test accuracy of one network."""
    if step.curve == BASE or step.curve.startswith("B"):
        given, base, accuracy = bases.of(step)
        return accuracy if step.curve == BASE else depths.train(base, given, step, size)
    given = depths.pictures(SPLITS[step.split].data, size, step.seed)
    if step.curve == "random":
        return untaught(given, step, size)
    return depths.train(source, given, step, size)


def untaught(given: ImageData, step: Step, size: Size) -> float:
    """Test accuracy on n blocks of random filters, their statistics those of B's pictures."""
    begin = backbones.build(BACKBONE, pretrained=False, seed=step.seed + NEVER_LEARNED)
    plan = TransferPlan(BLOCKS, step.n, 0, "norm_statistics")
    compute = Compute(precision=size.precision, memory_format="channels_last")
    *_, result = engine.train(begin, given, plan, recipe(step, size), compute)
    assert result["kind"] == "result"
    assert result["test_accuracy"] is not None
    return float(result["test_accuracy"])


deeper = partial(measure, NEEDS["deeper"])
dip = partial(measure, NEEDS["dip"])
tuned = partial(measure, NEEDS["tuned"])
distant = partial(measure, NEEDS["distant"])
