"""Fashion-MNIST's four files: read from a folder, or downloaded through torchvision.

Zalando Research, MIT licence (Xiao, Rasul, Vollgraf 2017, arXiv:1708.07747).
"""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tlcore.ground.errors import UserError
from tlcore.ground.paths import data_dir

LABELS = (
    "T-shirt", "trouser", "pullover", "dress", "coat",
    "sandal", "shirt", "sneaker", "bag", "ankle boot",
)  # fmt: skip
PARTS = ("train", "t10k")


def folder(given: str) -> Path:
    """The folder with the four `*-ubyte.gz` files; "download" asks torchvision for them."""
    if given != "download":
        return Path(given)
    from tlcore.networks import torchvision_import

    torchvision_import.ensure()
    from torchvision.datasets import FashionMNIST

    root = data_dir() / "downloads"
    try:
        FashionMNIST(str(root), download=True)
    except (OSError, RuntimeError):
        raise UserError("pretrain.no_download", folder=str(root)) from None
    return root / "FashionMNIST" / "raw"


def read(folder: Path, part: str) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """uint8 (N, 28, 28) and labels 0-9 of "train" or "t10k".

    Raises UserError("pretrain.no_data", folder, file) when a file is absent or not readable.
    """
    arrays = []
    for kind, header in (("images-idx3", 16), ("labels-idx1", 8)):
        path = folder / f"{part}-{kind}-ubyte.gz"
        try:
            content = gzip.decompress(path.read_bytes())
        except (OSError, EOFError):
            raise UserError("pretrain.no_data", folder=str(folder), file=path.name) from None
        arrays.append(np.frombuffer(content, np.uint8, offset=header))
    images, labels = arrays
    if len(images) != len(labels) * 28 * 28:
        raise UserError("pretrain.no_data", folder=str(folder), file=f"{part}-images-idx3-ubyte.gz")
    return images.reshape(-1, 28, 28), labels.astype(np.int64)
