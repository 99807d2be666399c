"""Measures one seed of claim 7 (tlcore.experiments.claims.said.lp_ft): three ways to learn, on two
kinds of test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import nn

from tlcore.data.images import Split
from tlcore.data.views import view
from tlcore.experiments.claims.run import network, source
from tlcore.experiments.claims.run.network import EVERYTHING, Tuning
from tlcore.experiments.claims.said.lp_ft import SETTINGS
from tlcore.networks import backbones, seeds

SMALL = {"train": 24, "test": 40, "epochs": 1}


def measure(seed: int, small: bool = False) -> Iterator[dict[str, Any]]:
    size: dict[str, Any] = SETTINGS | SMALL if small else SETTINGS
    of = 4
    yield {"done": 0, "of": of}
    train, _, test = source.pools(source.Sizes(size["train"], source.CLASSES, size["test"]), seed)
    backbone = backbones.build(source.BACKBONE)
    x = network.pictures(train, backbone.input)
    tests = {
        "id": network.pictures(test, backbone.input),
        "ood": network.pictures(viewed(test, seed), backbone.input),
    }
    start = network.assembled(backbone, source.CLASSES, seed)
    nets: dict[str, nn.Sequential] = {"lp": network.probe(start, x, train.labels)}
    for done, (arm, begin) in enumerate((("ft", start), ("lp_ft", nets["lp"])), start=1):
        yield {"done": done, "of": of}
        how = Tuning(size[f"lr_{arm}"], size["epochs"], size["batch"], size["rule"])
        nets[arm] = network.tuned(begin, EVERYTHING, x, train.labels, how, seed)
    yield {"done": 3, "of": of}
    row: dict[str, Any] = {"seed": seed}
    for place, shown in tests.items():
        before = network.features(start, shown)
        for arm, net in nets.items():
            after = before if arm == "lp" else network.features(net, shown)
            said = net[-1].get_submodule("linear")(net[-1].get_submodule("standardise")(after))
            row[f"{place}.{arm}"] = round(network.share(said.argmax(1), test.labels), 5)
            if arm != "lp":
                row[f"moved.{place}.{arm}"] = round(distance(after, before), 5)
    yield row


def viewed(split: Split, seed: int) -> Split:
    """One random view of each picture, as the pre-training of the backbone draws them."""
    drawn = view(split.images.float() / 255, seeds.generator(seed, "claims", "views"))
    return Split((drawn.clamp(0, 1) * 255).round().to(torch.uint8), split.labels)


def distance(after: torch.Tensor, before: torch.Tensor) -> float:
    """Mean Euclidean distance of features from where they were, as a share of their length."""
    return float((after - before).norm(dim=1).mean() / before.norm(dim=1).mean())
