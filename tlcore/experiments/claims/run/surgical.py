"""Measures one seed of claim 8 (tlcore.experiments.claims.said.surgical): one stage learns, or all,
or the head."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from tlcore.experiments.claims.run import corruptions, network, source
from tlcore.experiments.claims.run.network import EVERYTHING, STAGES, Tuning
from tlcore.experiments.claims.said.surgical import CORRUPTIONS, SETTINGS
from tlcore.training.engine import batches

SMALL = {"source": 24, "source_epochs": 1, "target": 12, "test": 40, "epochs": 1, "batch": 6}
PARTS = {"first": STAGES["first"], "all": EVERYTHING, "last": STAGES["last"]}
BATCHES = 4  # over which the relative gradient norm is averaged


def measure(seed: int, small: bool = False) -> Iterator[dict[str, Any]]:
    size: dict[str, Any] = SETTINGS | SMALL if small else SETTINGS
    of = 1 + len(CORRUPTIONS)
    yield {"done": 0, "of": of}
    wanted = source.Sizes(size["source"], size["target"], size["test"])
    known, target, test = source.pools(wanted, seed)
    how = Tuning(size["source_lr"], size["source_epochs"])
    net, spec = source.learned(known, how, seed)
    row: dict[str, Any] = {"seed": seed}
    for done, name in enumerate(CORRUPTIONS, start=1):
        yield {"done": done, "of": of}
        x, shown = (
            network.pictures(corruptions.corrupted(split, name, seed, part), spec)
            for split, part in ((target, "train"), (test, "test"))
        )
        row[f"{name}.none"] = round(network.accuracy(net, shown, test.labels), 5)
        for arm, parts in PARTS.items():
            how = Tuning(size[f"lr_{arm}"], size["epochs"], size["batch"])
            after = network.tuned(net, parts, x, target.labels, how, seed)
            row[f"{name}.{arm}"] = round(network.accuracy(after, shown, test.labels), 5)
        norms = relative_gradients(net, x, target.labels, size["batch"], seed)
        row |= {f"{name}.rgn.{stage}": float(f"{v:.5g}") for stage, v in norms.items()}
    yield row


def relative_gradients(
    net: nn.Sequential, x: torch.Tensor, labels: torch.Tensor, batch: int, seed: int
) -> dict[str, float]:
    """||g|| / ||w|| of each weight on each of the first batches; the mean over a stage's weights.

    Without batch-norm's own parameters, as in the paper.
    """
    net.eval().requires_grad_(True)
    weights = {
        stage: [p for name in names for p in net.get_submodule(name).parameters() if p.ndim > 1]
        for stage, names in STAGES.items()
    }
    found: dict[str, list[float]] = {stage: [] for stage in weights}
    for picks in batches.deal(len(x), batch, seed, 1)[:BATCHES]:
        net.zero_grad()
        F.cross_entropy(net(x[picks]), labels[picks]).backward()  # type: ignore[no-untyped-call]
        for stage, some in weights.items():
            found[stage] += [
                float(p.grad.norm() / p.detach().norm()) for p in some if p.grad is not None
            ]
    net.zero_grad(set_to_none=True)
    return {stage: sum(values) / len(values) for stage, values in found.items()}
