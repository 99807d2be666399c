"""Measures one seed of claim 10 (tlcore.experiments.claims.said.label_flip): the classes change
their names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tlcore.experiments.claims.run import network, source
from tlcore.experiments.claims.run.network import Tuning
from tlcore.experiments.claims.run.surgical import PARTS
from tlcore.experiments.claims.said.label_flip import SETTINGS

SMALL = {"source": 24, "source_epochs": 1, "target": 12, "test": 40, "epochs": 1, "batch": 6}


def measure(seed: int, small: bool = False) -> Iterator[dict[str, Any]]:
    size: dict[str, Any] = SETTINGS | SMALL if small else SETTINGS
    of = 1 + len(PARTS)
    yield {"done": 0, "of": of}
    wanted = source.Sizes(size["source"], size["target"], size["test"])
    known, target, test = source.pools(wanted, seed)
    net, spec = source.learned(known, Tuning(size["source_lr"], size["source_epochs"]), seed)
    x, shown = network.pictures(target, spec), network.pictures(test, spec)
    names, truth = source.flipped(target.labels), source.flipped(test.labels)
    row: dict[str, Any] = {"seed": seed}
    row["before"] = round(network.accuracy(net, shown, test.labels), 5)  # under the old names
    for done, (arm, parts) in enumerate(PARTS.items(), start=1):
        yield {"done": done, "of": of}
        how = Tuning(size[f"lr_{arm}"], size["epochs"], size["batch"])
        after = network.tuned(net, parts, x, names, how, seed)
        row[arm] = round(network.accuracy(after, shown, truth), 5)
    yield row
