"""Pictures in groups that nobody named: k-means on what a backbone sees of them.

Beside it, so that its purity means something: the same on bare pixels, groups filled at random,
and a classifier that was told the labels, asked about pictures it had not seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tlcore.data import sets
from tlcore.data.sprite import write_sprite
from tlcore.experiments.kinds import grouping
from tlcore.networks import backbones
from tlcore.training.engine.disk import FeatureStore
from tlcore.training.transfer import linear
from tlcore.training.transfer.features import of_blocks, pixels

if TYPE_CHECKING:
    from tlcore.experiments.kinds.spec import GroupsSpec

Row = dict[str, Any]
SHOWN = 12  # pictures of a group: those nearest to its middle
STARTS = 10  # of k-means: the best of so many is kept


def rows(spec: GroupsSpec, data_dir: Path, folder: Path) -> Iterator[Row]:
    """Progress, then the result; `folder` gets groups.png, the pictures of each group in turn."""
    pictures = sets.load(spec.data, spec.train_size, spec.seed, spec.knobs)
    train, labels = pictures.train, pictures.train.labels.numpy()
    found = None
    for told in of_blocks(
        backbones.build(spec.backbone), train.images, FeatureStore(data_dir / "cache")
    ):
        found = told.features
        yield _progress("features", told.done, len(train))
    assert found is not None
    seen, bare = linear.standardised(found[-1]), linear.standardised(pixels(train.images))
    group, away = k_means(seen, spec.groups, spec.seed)
    yield _progress("groups", 1, 2)
    on_pixels, _ = k_means(bare, spec.groups, spec.seed)
    yield _progress("groups", 2, 2)
    counted = grouping.table(group, labels, len(pictures.classes))
    accuracy, interval = linear.probe(found[-1], labels)
    nearest = [np.flatnonzero(group == g) for g in range(spec.groups)]
    nearest = [members[away[members].argsort(kind="stable")][:SHOWN] for members in nearest]
    shown = np.concatenate(nearest)
    sheet = write_sprite(train.images.numpy()[shown], folder / "groups.png")
    yield {
        "kind": "result",
        "status": "finished",
        "backbone": spec.backbone,
        "data": spec.data,
        "n": len(labels),
        "classes": list(pictures.classes),
        "table": counted.tolist(),
        "shown": [len(members) for members in nearest],
        "labels": labels[shown].tolist(),
        "purity": grouping.purity(group, labels),
        "pixels": grouping.purity(on_pixels, labels),
        "chance": grouping.chance(group, labels, spec.seed),
        "probe": {"accuracy": accuracy, "interval": list(interval)},
        "groups_sprite": sheet,
    }


def k_means(
    x: npt.NDArray[np.float64], count: int, seed: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """(N, D) -> group of each row, the largest group first, and its distance to the middle."""
    from sklearn.cluster import KMeans

    fitted = KMeans(count, n_init=STARTS, random_state=seed).fit(x)
    sizes = np.bincount(fitted.labels_, minlength=count)
    place = np.empty(count, np.int64)
    place[(-sizes).argsort(kind="stable")] = np.arange(count)
    away = np.linalg.norm(x - fitted.cluster_centers_[fitted.labels_], axis=1)
    return place[fitted.labels_], away


def _progress(part: str, done: int, of: int) -> Row:
    return {"kind": "progress", "part": part, "done": done, "of": of}
