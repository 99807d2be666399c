"""All scores of one set of features, as a row says them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from tlcore.experiments.similarity.run import neighbours
from tlcore.experiments.similarity.run.distance import frechet, proxy_a_distance, same_number
from tlcore.experiments.similarity.run.hscore import hscore
from tlcore.experiments.similarity.run.logme import logme
from tlcore.training.transfer.linear import Ints, probe


def with_labels(features: npt.ArrayLike, labels: Ints) -> dict[str, Any]:
    """What kNN and a linear probe make of the features."""
    accuracy, interval = probe(features, labels)
    return {
        "knn": round(neighbours.accuracy(features, labels), 4),
        "knn_chance": round(neighbours.chance(labels), 4),
        "probe": round(accuracy, 4),
        "probe_interval": [round(bound, 4) for bound in interval],
    }


def of_block(
    name: str, features: npt.ArrayLike, labels: Ints, source: npt.ArrayLike | None
) -> dict[str, Any]:
    """Every score; `pad` and `frechet` are None where the source may not be passed on.

    Both sides are rounded to half precision, as the source is stored: else the rounding itself
    would tell them apart.
    """
    row = {"name": name, **with_labels(features, labels)}
    row |= {
        "logme": round(logme(features, labels), 4),
        "hscore": round(hscore(features, labels), 4),
    }
    row |= {"pad": None, "frechet": None}
    if source is not None:
        ours, theirs = same_number(np.asarray(features).astype(np.float16), source)
        row["pad"] = round(proxy_a_distance(ours, theirs), 4)
        row["frechet"] = round(frechet(ours, theirs), 4)
    return row
