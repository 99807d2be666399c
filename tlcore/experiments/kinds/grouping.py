"""How well groups that nobody named match classes that somebody did.  Standard library and numpy.

Purity is the share of pictures that belong to the commonest class of their group.  It rises with
the number of groups by itself (a group for each picture is pure), so chance is told with it: the
same group sizes, filled at random.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
SHUFFLES = 200


def table(groups: Ints, labels: Ints, classes: int) -> npt.NDArray[np.int64]:
    """(groups, classes): how many pictures of each class are in each group."""
    found = np.zeros((int(groups.max()) + 1, classes), np.int64)
    np.add.at(found, (groups, labels), 1)
    return found


def purity(groups: Ints, labels: Ints) -> float:
    """1 where each group holds one class."""
    counted = table(groups, labels, int(labels.max()) + 1)
    return float(counted.max(1).sum() / len(labels))


def chance(groups: Ints, labels: Ints, seed: int = 0) -> float:
    """Mean purity of groups of these sizes that are filled at random."""
    rng = np.random.default_rng(seed)
    shuffled = (purity(groups, rng.permutation(labels)) for _ in range(SHUFFLES))
    return float(np.mean(list(shuffled)))
