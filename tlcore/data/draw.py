"""Which pictures of a pool: equal shares of every class, drawn by a seed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tlcore.networks.seeds import derive


def stratified(
    labels: npt.NDArray[np.int64], count: int, seed: int, stream: str
) -> npt.NDArray[np.int64]:
    """`count` indices in rising order, classes equal to within one picture.

    A smaller draw with the same seed is contained in a larger one, so a curve over sizes adds
    pictures and never swaps them.  A class that runs out leaves its share to the others.
    """
    rng = np.random.default_rng(derive(seed, "draw", stream))
    rank = np.empty(len(labels))
    for label in rng.permutation(np.unique(labels)):
        members = np.flatnonzero(labels == label)
        # rank within the class, plus a fraction that only orders the classes
        rank[members] = rng.permutation(len(members)) + rng.random()
    return np.sort(np.argsort(rank, kind="stable")[:count])
