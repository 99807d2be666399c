"""`python -m tests.bench peers`: everyone's cost, accuracy and frozen part, as one table."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import torch

from tests.bench.peers import costs, scores
from tests.bench.peers.costs import DEPTHS, EPOCHS, OURS, PEERS, PLAIN, TRAIN, VAL, VIEWS, Cost
from tests.bench.peers.kept import Kept
from tlcore.ground import machine, markdown
from tlcore.ground.recipe import Compute
from tlcore.ground.spread import wilson
from tlcore.networks import backbones, torchvision_import
from tlcore.runs import worker
from tlcore.runs.spec import FineTuneSpec
from tlcore.training import quickest
from tlcore.training.engine import profile

BEGIN, END = "<!-- peers:begin -->", "<!-- peers:end -->"
NEEDS = ("fastai", "lightning", "accelerate", "keras")
HEADS = {
    "head": "head only",
    "second": "frozen to the second stage",
    "stem": "stem frozen",
    "full": "all learn",
}


def missing() -> list[str]:
    return [name for name in NEEDS if find_spec(name) is None]


def table(resume: Path | None = None) -> str:
    """The whole table with its conditions; takes an hour or two.  `resume`: the file of what an
    earlier attempt on this machine measured."""
    kept = Kept(resume)
    worker.warm()
    torchvision_import.ensure()  # the peers import all of it
    torch.set_num_threads(1)
    network = backbones.build(costs.BACKBONE, pretrained=False, seed=0)
    rows = profile.measure(network, "cpu")
    asked = FineTuneSpec(backbone=costs.BACKBONE, read=9, keep=9, freeze=0)
    compute = quickest.choose(asked, {"rows": rows})
    found = {depth: costs.measure(depth, compute, kept) for depth in DEPTHS}
    right, count = scores.measure(Compute(), kept)
    return f"{_cells(found, right, count)}\n\n{_below(compute, count)}\n"


def _cells(found: Mapping[str, Mapping[str, Cost]], right: Mapping[str, float], count: int) -> str:
    """A peer's cells are its seconds, and how many times ours they are."""
    rows = []
    for name in (OURS, PLAIN, VIEWS, *PEERS):
        if all(name not in measured for measured in found.values()):
            continue
        cells = []
        for depth in HEADS:
            mine, here = found[depth][OURS].seconds, found[depth].get(name)
            if here is None:
                cells.append("")
            else:
                times = "" if name == OURS else f" ({here.seconds / mine:.1f} x)"
                cells.append(f"{here.seconds:,.1f} s{times}")
        rows.append([name, *cells, _right(right.get(name), count), _kept(found, name)])
    heads = ("", *HEADS.values(), "accuracy", "frozen part after it")
    return markdown.table(heads, rows)


def _right(share: float | None, count: int) -> str:
    if share is None:
        return ""
    low, high = wilson(round(share * count), count)
    return f"{share:.3f} ({low:.3f} to {high:.3f})"


def _kept(found: Mapping[str, Mapping[str, Cost]], name: str) -> str:
    told = {found[d][name].kept for d in DEPTHS if name in found[d]} - {None}
    if len(told) > 1:
        return "identical in some"
    return "byte-identical" if told == {True} else "changed"


def _below(compute: Compute, count: int) -> str:
    packages = (*NEEDS[:2], "transformers", "keras")
    made = ", ".join(f"{name} {metadata.version(name)}" for name in packages)
    return (
        f"CPU seconds of one thread for {EPOCHS} epochs, and how many times ours: ResNet-18 at "
        f"224 px with random weights, {TRAIN} + {VAL} drawn pictures in memory, batch "
        f"{costs.BATCH}, validated after each epoch. Peers in fp32, ours in {compute.precision} "
        f"({compute.memory_format}), as its profile of this machine chose; of epochs that repeat "
        f"the same work {costs.SOME} were run. Accuracy (95 %): head only, `{scores.BACKBONE}` on "
        f"{TRAIN} of `{scores.DATA}`, {EPOCHS} epochs, {scores.SEEDS} seeds, the "
        f"same {count:,} pictures asked; constant rates; our head standardises what it reads, "
        f"all in fp32. {machine.name()}, torch {metadata.version('torch')}, {made}. "
        "`pip install -r tests/bench/peers/requirements.txt && python -m tests.bench peers`"
    )
