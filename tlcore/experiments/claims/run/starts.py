"""Measures one seed of claims 5 and 6: fine-tunes and nets from scratch, of the same pictures."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator
from typing import Any

from tlcore.data import sets
from tlcore.experiments.claims.run import copied
from tlcore.experiments.claims.said.gap import BASE, COPIED, KEYS
from tlcore.experiments.claims.said.sooner import LENGTHS, SIZE
from tlcore.experiments.races import presets as why_transfer
from tlcore.runs.spec import FineTuneSpec
from tlcore.training.transfer import fine_tune

WATCHED = 20  # validation pictures: nothing is chosen by them


def sooner(seed: int, small: bool = False) -> Iterator[dict[str, Any]]:
    asked = {
        f"{name}.{epochs}": why_transfer.race(20 if small else SIZE, 1 if small else epochs, seed)[
            name
        ]
        for name, lengths in LENGTHS.items()
        for epochs in lengths
    }
    row: dict[str, Any] = {"seed": seed}
    for done, (key, spec) in enumerate(asked.items()):
        yield {"done": done, "of": len(asked)}
        row[key] = _score(spec, small)
    yield row


def gap(seed: int, small: bool = False, only: Collection[str] = ()) -> Iterator[dict[str, Any]]:
    """The large size last: it takes longest."""
    wanted = [key for key in KEYS if key in (only or KEYS)]
    large = [key for key in (BASE, COPIED) if key in wanted]
    row: dict[str, Any] = {"seed": seed}
    for key in wanted:
        if key in large:
            continue
        yield {"done": len(row) - 1, "of": len(wanted)}
        name, size = key.split(".")
        told = why_transfer.race(20, 1, seed) if small else why_transfer.race(int(size), seed=seed)
        row[key] = _score(told[name], small)
    for told_row in copied.measure(large, seed, small):
        if "seed" in told_row:
            yield row | told_row
        else:
            yield {"done": len(row) - 1 + told_row["done"], "of": len(wanted)}


def _score(spec: FineTuneSpec, small: bool) -> float:
    """Test accuracy."""
    found = sets.load(spec.data, spec.train_size, spec.seed, spec.knobs)
    test = found.test.first(WATCHED) if small else found.test
    few = dataclasses.replace(found, val=found.val.first(WATCHED), test=test)
    accuracy = fine_tune.test_accuracy(spec, few)
    assert accuracy is not None
    return round(accuracy, 5)
