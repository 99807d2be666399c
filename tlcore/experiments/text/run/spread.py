"""What a worker does: each way of fine-tuning (tlcore.experiments.text.ways) from each seed."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tlcore.data import sets
from tlcore.experiments.text.ways import LADDER, PARTS, WATCHED, WAYS, difference, spec, summary
from tlcore.training import class_scores
from tlcore.training.transfer import fine_tune

if TYPE_CHECKING:
    from tlcore.experiments.text.spec import TextSpreadSpec

Row = dict[str, Any]


def rows(asked: TextSpreadSpec, data_dir: Path, folder: Path) -> Iterator[Row]:
    """Progress by run, then every accuracy and what they say together; nothing is written."""
    found = sets.load(asked.data, asked.train_size, asked.seed, backbone=asked.backbone)
    found = dataclasses.replace(found, val=found.val.first(WATCHED))
    scores: dict[str, list[float | None]] = {way: [] for way in WAYS}
    done, of = 0, asked.seeds * len(WAYS)
    for seed in range(asked.seed, asked.seed + asked.seeds):
        for way in WAYS:
            yield {"kind": "progress", "part": way, "done": done, "of": of}
            scores[way].append(fine_tune.test_accuracy(spec(asked, way, seed), found))
            done += 1
    chance = class_scores.commonest(found.test.labels.tolist())
    floor = chance + 1.96 * math.sqrt(chance * (1 - chance) / len(found.test))
    yield {
        "kind": "result",
        "status": "finished",
        "data": asked.data,
        "labels": asked.train_size,
        "epochs": asked.epochs,
        "longer": spec(asked, "longer", 0).epochs,
        "seeds": asked.seeds,
        "asked": len(found.test),
        "chance": round(chance, 4),
        "floor": round(floor, 4),
        "lr": spec(asked, "plain", 0).lr,
        "ladder": LADDER,
        "ways": [{"way": way, **summary(scores[way], floor)} for way in WAYS],
        "against": [
            {"way": way, **difference(scores[way], scores["plain"])}
            for way in WAYS
            if way != "plain"
        ],
        "parts": [
            {"part": part, **difference(scores[way], scores[than])}
            for part, (way, than) in PARTS.items()
        ],
    }
