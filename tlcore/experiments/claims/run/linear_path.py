"""Measures one seed of claim 11 (tlcore.experiments.claims.said.linear_path): the error between two
networks."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch import nn

from tlcore.data import sets
from tlcore.data.images import ImageData, Split
from tlcore.experiments.claims.run import network, source, statistics
from tlcore.experiments.claims.said.linear_path import PAIRS, SETTINGS
from tlcore.ground import recipe
from tlcore.ground.recipe import Compute, Recipe
from tlcore.networks import backbones
from tlcore.training import engine
from tlcore.training.engine import learned

SMALL = {"train": 16, "epochs": 1, "test": 10, "statistics": 8, "places": 3}
OTHER = 10_000  # added to the seed of the second network: its head, its order, its random weights
PLANS = {"tuned": recipe.everything, "scratch": recipe.from_scratch}


def measure(seed: int, small: bool = False) -> Iterator[dict[str, Any]]:
    size: dict[str, Any] = SETTINGS | SMALL if small else SETTINGS
    of = 2 * len(PAIRS)
    given, test = pictures(size["train"], size["test"], seed)
    spec = backbones.build(source.BACKBONE).input
    x, shown = network.pictures(given.train, spec), network.pictures(test, spec)
    few = x[:: max(1, len(x) // size["statistics"])]
    row: dict[str, Any] = {"seed": seed}
    done = 0
    for pair in PAIRS:
        yield {"done": done, "of": of}
        ends = [trained(pair, given, number, size) for number in (seed, seed + OTHER)]
        yield {"done": done + 1, "of": of}
        done += 2
        errors: dict[str, list[float]] = {"anew": [], "plain": []}
        for place in range(size["places"]):
            net = between(ends[0], ends[1], place / (size["places"] - 1))
            for how, one in (("anew", statistics.restated(net, few)), ("plain", net)):
                errors[how].append(round(1 - network.accuracy(one, shown, test.labels), 5))
        row |= {f"{pair}.{how}": found for how, found in errors.items()}
    yield row


def pictures(count: int, asked: int, seed: int) -> tuple[ImageData, Split]:
    """What both networks of a pair learn from, hardly any validation, and the test pictures."""
    found = sets.load(source.DATA, count, seed)
    few = Split(found.val.images[:4], found.val.labels[:4])
    test = Split(found.test.images[:asked], found.test.labels[:asked])
    return replace(found, val=few, test=few), test


def trained(pair: str, given: ImageData, seed: int, size: dict[str, Any]) -> nn.Sequential:
    """An ordinary run of the engine: batch-norm in train mode, as whoever fine-tunes has it."""
    backbone = backbones.build(source.BACKBONE, pretrained=pair == "tuned", seed=seed)
    plan = PLANS[pair](len(backbone.blocks))
    how = Recipe(size["epochs"], size["batch"], lr=size[f"lr_{pair}"], seed=seed)
    with TemporaryDirectory() as folder:
        file = Path(folder) / learned.FILE
        for _ in engine.train(backbone, given, plan, how, Compute(), learned_file=file):
            pass
        blocks, head = learned.load(backbone, plan, len(given.classes), file)
    return nn.Sequential(blocks, head).eval()


def between(first: nn.Sequential, second: nn.Sequential, share: float) -> nn.Sequential:
    """A copy of `first` with `share` of the way to `second` in every weight and statistic."""
    net = copy.deepcopy(first)
    end = second.state_dict()
    with torch.no_grad():
        for name, tensor in net.state_dict().items():
            if tensor.is_floating_point():  # the count of batches is none
                tensor.lerp_(end[name], share)
    return net
