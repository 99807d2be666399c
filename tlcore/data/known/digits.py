"""Handwritten digits, 8 px, from scikit-learn's own data file, enlarged to 28 px.

The file is read without importing scikit-learn, which would take a second.  Bright strokes on a
dark ground, as in Fashion-MNIST: what differs is the content, not the polarity.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional as F

from tlcore.data.draw import stratified
from tlcore.data.images import Split
from tlcore.ground.errors import UserError

CLASSES = tuple("0123456789")
TRAIN, VAL, TEST = 800, 297, 700
SIDE = 28
MARGIN = 3  # px of ground on every side; the file's 8 px show the strokes only
VERSION = 1  # of the enlarging and of the split
# sha256 of the unpacked file in scikit-learn 1.9; the same text has been shipped since 0.10
SHA256 = "6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8"


def file() -> Path:
    found = importlib.util.find_spec("sklearn")
    if found is None or found.origin is None:
        raise UserError("data.damaged", file="digits.csv.gz")
    return Path(found.origin).parent / "datasets" / "data" / "digits.csv.gz"


def pool_labels() -> npt.NDArray[np.int64]:
    return _all()[1][_parts()[0]]


def train(indices: npt.NDArray[np.int64]) -> Split:
    return _split(_parts()[0][indices])


def held_out() -> tuple[Split, Split]:
    _, val, test = _parts()
    return _split(val), _split(test)


def _split(indices: npt.NDArray[np.int64]) -> Split:
    images, labels = _all()
    return Split(images[torch.from_numpy(indices)], torch.from_numpy(labels[indices]))


@cache
def _all() -> tuple[torch.Tensor, npt.NDArray[np.int64]]:
    """uint8 (1797, 1, 28, 28) and the labels, in the file's order."""
    try:
        text = gzip.decompress(file().read_bytes())
    except (OSError, EOFError):
        raise UserError("data.damaged", file="digits.csv.gz") from None
    if hashlib.sha256(text).hexdigest() != SHA256:
        raise UserError("data.damaged", file="digits.csv.gz")
    table = np.array(text.replace(b"\n", b",").rstrip(b",").split(b","), np.float32)
    table = table.reshape(-1, 65)  # 64 pixels from 0 to 16, then the label
    small = torch.from_numpy(table[:, :64]).view(-1, 1, 8, 8) / 16
    large = F.interpolate(small, (SIDE - 2 * MARGIN, SIDE - 2 * MARGIN), mode="bicubic")
    framed = F.pad(large.clamp(0, 1), (MARGIN,) * 4)
    images = (framed * 255).round().to(torch.uint8)
    return images, table[:, 64].astype(np.int64)


@cache
def _parts() -> tuple[npt.NDArray[np.int64], ...]:
    """Fixed indices of the pool, val and test.  Pool and test have equal shares of the ten
    classes; the file does not (174 to 183 of each), so val takes what is over."""
    labels = _all()[1]
    test = stratified(labels, TEST, 0, "digits test")
    rest = np.setdiff1d(np.arange(len(labels)), test)
    pool = rest[stratified(labels[rest], TRAIN, 0, "digits pool")]
    return pool, np.setdiff1d(rest, pool), test
