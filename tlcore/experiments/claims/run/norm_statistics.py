"""Measures one seed of claim 9 (tlcore.experiments.claims.said.norm_statistics): statistics repair,
and drift."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from torch import nn

from tlcore.data import sets
from tlcore.experiments.claims.run import corruptions, network, source, statistics
from tlcore.experiments.claims.run.network import Tuning
from tlcore.experiments.claims.said.norm_statistics import CORRUPTIONS, SETTINGS
from tlcore.networks import seeds
from tlcore.training.transfer import plan as plans

SMALL = {
    **{"source": 24, "source_epochs": 1, "few": 8, "many": 16, "test": 40},
    **{"digits": 20, "digits_epochs": 1, "batch": 10},
}
NEW = "digits"
CLASSES = 10


def measure(seed: int, small: bool = False) -> Iterator[dict[str, Any]]:
    size: dict[str, Any] = SETTINGS | SMALL if small else SETTINGS
    of = 2 + len(CORRUPTIONS)
    yield {"done": 0, "of": of}
    known, target, test = source.pools(
        source.Sizes(size["source"], size["many"], size["test"]), seed
    )
    net, spec = source.learned(known, Tuning(size["source_lr"], size["source_epochs"]), seed)
    clean = network.pictures(test, spec)
    said = network.through(net, clean).argmax(1)
    row: dict[str, Any] = {"seed": seed, "clean": round(network.share(said, test.labels), 5)}
    for done, name in enumerate(CORRUPTIONS, start=1):
        yield {"done": done, "of": of}
        x, shown = (
            network.pictures(corruptions.corrupted(split, name, seed, part), spec)
            for split, part in ((target, "train"), (test, "test"))
        )
        nets = {
            "before": net,
            "after": statistics.restated(net, x[spread(len(x), size["few"])]),
            "many": statistics.restated(net, x),
        }
        for when, one in nets.items():
            row[f"{name}.{when}"] = round(network.accuracy(one, shown, test.labels), 5)
    yield {"done": of - 1, "of": of}
    others = sets.samples(NEW, size["digits"], seed)
    x = network.pictures(others, spec)
    with seeds.fork(seed, "new head"):
        head = plans.new_head(128, CLASSES)
    blocks = net[:-1]
    assert isinstance(blocks, nn.Sequential)
    before = statistics.hashes(blocks)
    for mode in (True, False):
        after = statistics.under_a_new_head(
            *(blocks, head, x, others.labels, size["digits_epochs"], size["batch"], seed, mode)
        )
        same = [a == b for a, b in zip(before, statistics.hashes(after), strict=True)]
        if not mode:
            row["eval.all_same"] = all(same)
            continue
        row |= {"train.weights_same": same[0], "train.buffers_changed": not same[1]}
        now = network.through(nn.Sequential(after, net[-1]), clean).argmax(1)
        row["train.answers"] = round(1 - network.share(now, said), 5)
        row["train.accuracy"] = round(network.share(now, test.labels), 5)
    yield row


def spread(count: int, few: int) -> slice:
    """`few` of so many pictures: every k-th."""
    return slice(0, count // few * few, count // few)
