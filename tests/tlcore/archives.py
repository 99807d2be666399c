"""Small data sets in the very file formats of the real ones, as their servers would send them."""

from __future__ import annotations

import gzip
import hashlib
import io
import pickle
import struct
import tarfile
import zipfile
from collections.abc import Mapping

import numpy as np
from PIL import Image


def md5(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()


def shade(label: int, number: int) -> int:
    """A picture's brightness: tells label and number, so that a mix-up is seen."""
    return 20 * label + number % 20


def zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def tarred(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def picture(label: int, number: int, size: tuple[int, int] = (40, 24), kind: str = "PNG") -> bytes:
    """Wider than high: the middle square has the shade, the rest is white."""
    pixels = np.full((size[1], size[0], 3), 255, np.uint8)
    margin = (size[0] - size[1]) // 2
    pixels[:, margin : margin + size[1]] = shade(label, number)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, kind)
    return out.getvalue()


def cifar10(names: list[str], each: int) -> tuple[bytes, dict[str, str]]:
    """The archive, and the md5 of each batch in it: 5 to learn from and one to test on."""
    batches = {}
    for batch in [*(f"data_batch_{n}" for n in range(1, 6)), "test_batch"]:
        labels = [label for label in range(10) for _ in range(each)]
        rows = [
            np.full(3072, shade(label, number), np.uint8) for number, label in enumerate(labels)
        ]
        batches[batch] = pickle.dumps({"data": np.stack(rows), "labels": labels})
    batches["batches.meta"] = pickle.dumps({"label_names": names})
    hashes = {name: md5(content) for name, content in batches.items()}
    return tarred({f"cifar-10-batches-py/{n}": c for n, c in batches.items()}), hashes


def mnist(each: int) -> dict[str, bytes]:
    """The four files of idx format, packed: magic number, sizes, bytes."""
    files = {}
    labels = np.repeat(np.arange(10, dtype=np.uint8), each)
    for part in ("train", "t10k"):
        images = np.stack(
            [np.full((28, 28), shade(int(label), n), np.uint8) for n, label in enumerate(labels)]
        )
        head = struct.pack(">IIII", 0x0803, len(labels), 28, 28)
        files[f"{part}-images-idx3-ubyte.gz"] = gzip.compress(head + images.tobytes())
        head = struct.pack(">II", 0x0801, len(labels))
        files[f"{part}-labels-idx1-ubyte.gz"] = gzip.compress(head + labels.tobytes())
    return files


def eurosat(classes: tuple[str, ...], each: int) -> bytes:
    """A zip with a folder for each class."""
    return zipped(
        {
            f"2750/{name}/{name}_{number}.jpg": picture(label, number, (64, 64))
            for label, name in enumerate(classes)
            for number in range(each)
        }
    )


def dtd(classes: tuple[str, ...], each: int) -> bytes:
    """A tar with pictures of any shape and lists of the parts."""
    files: dict[str, bytes] = {}
    for index, part in enumerate(("train", "val", "test")):
        names = []
        for label, name in enumerate(classes):
            for number in range(each):
                file = f"{name}/{name}_{index * each + number:04}.jpg"
                files[f"dtd/images/{file}"] = picture(label % 12, number)
                names.append(file)
        files[f"dtd/labels/{part}1.txt"] = "\n".join(names).encode() + b"\n"
    return tarred(files)


def svhn(each: int) -> bytes:
    """A .mat file: X (32, 32, 3, N); the digit 0 has the label 10."""
    from scipy.io import savemat

    labels = np.repeat(np.arange(1, 11, dtype=np.uint8), each)[:, None]
    shades = [shade(int(label) % 10, n) for n, label in enumerate(labels[:, 0])]
    pixels = np.broadcast_to(np.array(shades, np.uint8), (32, 32, 3, len(shades)))
    out = io.BytesIO()
    savemat(out, {"X": np.ascontiguousarray(pixels), "y": labels})
    return out.getvalue()
