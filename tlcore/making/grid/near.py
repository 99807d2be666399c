"""How near each data set is to each backbone, for the advisor: one line of the rows file each.

The same measurement as on the page "My data" and in `python -m tlcore similarity`, on pictures as
hard as those of the grid.
"""

from __future__ import annotations

from typing import Any

import torch

from tlcore import catalog
from tlcore.experiments.matrix.grid.points import difficulty
from tlcore.experiments.similarity import expected
from tlcore.experiments.similarity import reading as nearness
from tlcore.experiments.similarity.run import measure
from tlcore.ground import machine
from tlcore.ground.paths import data_dir
from tlcore.ground.recipe import Knobs


def row(backbone: str, data: str) -> dict[str, Any]:
    torch.set_num_threads(1)
    size = min(expected.PICTURES, catalog.dataset(data).train_pool)
    knobs = Knobs(difficulty(data))
    *_, result = measure(backbone, data, size, expected.SEED, knobs, data_dir())
    told = nearness.read(result)
    return {
        "kind": "similarity",
        "backbone": backbone,
        "data": data,
        "difficulty": knobs.difficulty,
        "similarity": round(told.similarity, 4),
        "word": told.word,
        "pictures": result["n"],
        "machine": machine.name(),
        "weights": catalog.backbone(backbone).fingerprint,
    }
