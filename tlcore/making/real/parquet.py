"""Sets of real pictures in Parquet: `<set>/train.parquet` and `test.parquet`, columns image (the
bytes of a file), label and, where one set has several domains, domain.

Each picture goes the way of a reader's own: kept small as JPEG, then its middle square.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq
import torch
from PIL import Image

from tlcore.catalog import own
from tlcore.data.draw import stratified
from tlcore.data.images import ImageData, Split, sha256_of
from tlcore.data.own import own_pictures, picture

PARTS = ("train", "test")

Numbers = npt.NDArray[np.int64]


def names(folder: Path) -> list[str]:
    """The labelled sets of a folder; "set/domain" where one has domains."""
    found = []
    for place in sorted(folder.iterdir()):
        if not all((place / f"{part}.parquet").is_file() for part in PARTS):
            continue
        columns = pq.read_schema(place / "train.parquet").names
        if "domain" in columns:
            domains = pq.read_table(place / "train.parquet", columns=["domain"])["domain"]
            found += [f"{place.name}/{name}" for name in sorted(set(domains.to_pylist()))]
        else:
            found.append(place.name)
    return [name for name in found if len(set(_labels(folder, name, "train"))) > 1]


def load(
    folder: Path, name: str, count: int, watched: int, asked: int, seed: int, side: int
) -> ImageData:
    """`count` training and `watched` validation pictures drawn by `seed` from the set's own
    training part, and `asked` (or all) of its test part, the same for every seed."""
    labels = _labels(folder, name, "train")
    classes = sorted(set(labels))
    numbers = np.array([classes.index(label) for label in labels], dtype=np.int64)
    drawn = np.array(stratified(numbers, count, seed, name))
    left = np.setdiff1d(np.arange(len(numbers)), drawn)
    held = left[stratified(numbers[left], watched, seed, f"{name} held")]
    tested = np.array([classes.index(x) for x in _labels(folder, name, "test")], dtype=np.int64)
    test = np.arange(len(tested))
    if len(tested) > asked:
        test = np.array(stratified(tested, asked, 0, f"{name} test"))
    train, val = (_split(folder, name, "train", which, numbers, side) for which in (drawn, held))
    tests = _split(folder, name, "test", test, tested, side)
    return ImageData(name, tuple(classes), train, val, tests, sha256_of(train, val, tests))


def _split(folder: Path, name: str, part: str, which: Numbers, labels: Numbers, side: int) -> Split:
    kept = _kept(folder, name, part)
    squares = [own_pictures.square(io.BytesIO(kept(place)), side) for place in which.tolist()]
    return Split(torch.from_numpy(np.stack(squares)), torch.from_numpy(labels[which]))


@cache
def _kept(folder: Path, name: str, part: str) -> Callable[[int], bytes]:
    """place -> the picture as the app keeps it, made on first use."""
    images = _column(folder, name, part, "image")

    @cache
    def kept(place: int) -> bytes:
        file = io.BytesIO()
        pixels = picture.whole(images[place])
        Image.fromarray(pixels).save(file, "JPEG", quality=own.QUALITY)
        return file.getvalue()

    return kept


def _labels(folder: Path, name: str, part: str) -> list[str]:
    return list(map(str, _column(folder, name, part, "label")))


@lru_cache(maxsize=16)
def _column(folder: Path, name: str, part: str, column: str) -> list[Any]:
    place, _, domain = name.partition("/")
    wanted = [column, "domain"] if domain else [column]
    table = pq.read_table(folder / place / f"{part}.parquet", columns=wanted)
    if domain:
        table = table.filter([of == domain for of in table["domain"].to_pylist()])
    return list(table[column].to_pylist())
