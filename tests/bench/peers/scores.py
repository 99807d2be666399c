"""Validation accuracy after a head-only fine-tune of `photo`, by peer: the same within the noise.

The same weights, pictures, epochs, batch and rate for all; three seeds.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import fmean

from tests.bench.peers import ours
from tests.bench.peers.costs import BATCH, EPOCHS, OURS, PEERS, TRAIN
from tests.bench.peers.kept import Kept
from tests.bench.peers.work import Outcome, Work
from tlcore.data import sets
from tlcore.ground.recipe import Compute, Knobs
from tlcore.networks import backbones

BACKBONE, DATA, KNOBS, SEEDS = "photo", "blood", Knobs(difficulty=0.6), 3
RATE = 1e-2


def measure(compute: Compute, kept: Kept) -> tuple[dict[str, float], int]:
    """Mean accuracy by name, and how many pictures were asked, the same for each seed."""
    network = backbones.build(BACKBONE)
    found: dict[str, list[float]] = {}
    asked = 0
    for seed in range(SEEDS):
        pictures = sets.load(DATA, TRAIN, seed, KNOBS)
        blocks = len(network.blocks)
        work = Work(network, pictures, blocks, EPOCHS, BATCH, RATE, RATE, seed)
        train, val = work.ready(pictures.train), work.ready(pictures.val)
        doing: dict[str, Callable[[], Outcome]] = {
            OURS: lambda work=work: ours.train(work, compute)  # type: ignore[misc]
        }
        for name, peer in PEERS.items():
            doing[name] = lambda peer=peer, w=work, t=train, v=val: peer(w, t, v)  # type: ignore[misc]
        for name, do in doing.items():
            share = kept.of(f"accuracy {seed}: {name}", lambda do=do: do().val_accuracy)  # type: ignore[misc]
            found.setdefault(name, []).append(share)
        asked = len(pictures.val)
    return {name: fmean(values) for name, values in found.items()}, asked
