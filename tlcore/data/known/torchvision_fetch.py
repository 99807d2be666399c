"""Fetch a data set of torchvision: its archives, then one file of bytes that a run can map.

torchvision knows addresses, hashes and formats.  Two of its functions are replaced while it works:
the download (tlcore.fetching.http_file goes on where it stopped, and tells how far it is) and the
unpacking (tlcore.fetching.unpack counts what comes out).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from tlcore import catalog
from tlcore.catalog import stored, whole_files
from tlcore.data.draw import stratified
from tlcore.data.known.torchvision_rows import SETS, Part, Set
from tlcore.data.known.torchvision_sets import FACTS, PIXELS
from tlcore.fetching import http_file, unpack
from tlcore.fetching.http_wanted import Wanted
from tlcore.fetching.progress import Stage
from tlcore.ground.errors import UserError
from tlcore.networks import torchvision_import

Tell = Callable[[Stage, str, int, int | None], None]
EVERY = 50  # pictures between two words on how far decoding is


def fetch(name: str, tell: Tell) -> None:
    """Download, unpack, decode; archives are kept until all is done, so that it can go on later.

    Raises UserError: what `http_file.fetch` and `unpack.unpack` raise.
    """
    row, folder = catalog.dataset(name), stored.place(name)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with whole_files.lock(folder):
        if stored.present(name):
            return
        archives = folder.with_name(folder.name + ".archives")
        made = folder.with_name(folder.name + ".half")
        whole_files.drop(made)
        made.mkdir()
        learn, test = _open(SETS[name], archives, tell)
        facts = _decode(row, learn, test, made / PIXELS, tell)
        (made / FACTS).write_text(json.dumps(facts), encoding="utf-8")
        whole_files.drop(folder)
        made.replace(folder)
        del learn, test
        shutil.rmtree(archives, ignore_errors=True)


def _open(wanted: Set, root: Path, tell: Tell) -> tuple[list[Any], list[Any]]:
    """torchvision's data sets of the parts to learn from and to test on."""
    torchvision_import.ensure()
    from torchvision import datasets

    made = getattr(datasets, wanted.torchvision)

    def parts(of: Sequence[Part]) -> list[Any]:
        return [made(str(root), download=True, **part) for part in of]

    refused: list[UserError] = []
    with _instead(root, tell, refused):
        try:
            return parts(wanted.learn), parts(wanted.test)
        except RuntimeError:
            if refused:  # torchvision wraps what a download says in words of its own
                raise refused[-1] from None
            raise


@contextlib.contextmanager
def _instead(root: Path, tell: Tell, refused: list[UserError]) -> Iterator[None]:
    """Our download and our unpacking in the place of torchvision's, wherever it has them."""

    def download_url(
        url: str, root: str, filename: str | None = None, md5: str | None = None, *_: Any
    ) -> None:
        path = Path(root) / (filename or url.rsplit("/", 1)[-1])
        wanted = Wanted(url, path, md5 or "", "md5")
        try:
            http_file.fetch(wanted, lambda done, of: tell("download", path.name, done, of))
        except UserError as error:
            refused.append(error)
            raise RuntimeError(error.key) from error

    def extract_archive(
        from_path: str, to_path: str | None = None, remove_finished: bool = False
    ) -> str:
        path = Path(from_path)
        into = Path(to_path) if to_path else path.parent
        unpack.unpack(path, into, lambda done: tell("unpack", path.name, done, None))
        return str(into)

    ours = {"download_url": download_url, "extract_archive": extract_archive}
    before: list[tuple[Any, str, Any]] = []
    for module in [m for n, m in sys.modules.items() if n.startswith("torchvision.datasets.")]:
        for name, function in ours.items():
            if hasattr(module, name):
                before.append((module, name, getattr(module, name)))
                setattr(module, name, function)
    try:
        yield
    finally:
        for module, name, theirs in before:
            setattr(module, name, theirs)


def _decode(
    row: catalog.DatasetRow, learn: list[Any], test: list[Any], file: Path, tell: Tell
) -> dict[str, Any]:
    """Write the pool, validation and test pictures, in this order; return what is known of them."""
    _check_names(row, [*learn, *test])
    learn_labels, test_labels = _labels(learn), _labels(test)
    chosen = _chosen(row, learn_labels, test_labels)
    labels: list[int] = []
    digest, of = hashlib.sha256(), sum(len(picks) for _, picks in chosen)
    with file.open("wb") as out:
        for source, picks in chosen:
            parts, known = (learn, learn_labels) if source == "learn" else (test, test_labels)
            for pick in picks.tolist():
                pixels = _pixels(_picture(parts, pick), row)
                digest.update(pixels)
                out.write(pixels)
                labels.append(int(known[pick]))
                if len(labels) % EVERY == 0 or len(labels) == of:
                    tell("decode", row.id, len(labels), of)
    return {
        "fingerprint": row.fingerprint,
        "train_pool": len(chosen[0][1]),
        "val": len(chosen[1][1]),
        "labels": labels,
        "sha256": digest.hexdigest(),
    }


def _chosen(
    row: catalog.DatasetRow, learn: npt.NDArray[np.int64], test: npt.NDArray[np.int64]
) -> list[tuple[str, npt.NDArray[np.int64]]]:
    """Which pictures of which part: pool, val, test; each with equal shares of the classes."""
    classes = len(row.classes)
    for labels in (learn, test):
        if len(labels) and not (labels.min() >= 0 and labels.max() < classes):
            raise ValueError(f"{row.id}: labels beyond its {classes} classes")
    rest, source = np.arange(len(learn)), "test"
    if not len(test):  # no test part of its own: taken from what there is, before the pool
        picks = stratified(learn, row.test, 0, f"{row.id} test")
        rest, source = np.setdiff1d(rest, picks), "learn"
    else:
        picks = stratified(test, row.test, 0, f"{row.id} test")
    val = rest[stratified(learn[rest], row.val, 0, f"{row.id} val")]
    rest = np.setdiff1d(rest, val)
    pool = rest[stratified(learn[rest], row.train_pool, 0, f"{row.id} pool")]
    if (len(pool), len(val), len(picks)) != (row.train_pool, row.val, row.test):
        raise ValueError(f"{row.id}: fewer pictures than the catalogue says")
    return [("learn", pool), ("learn", val), (source, picks)]


def _check_names(row: catalog.DatasetRow, parts: list[Any]) -> None:
    """Names that torchvision read from the archive are ours, in our order; MNIST's say more
    ("0 - zero").  Or every picture would get a wrong name."""
    for part in parts:
        told = [_plain(name) for name in getattr(part, "classes", ())]
        ours = [_plain(name) for name in row.classes]
        alike = len(told) == len(ours) and all(map(str.startswith, told, ours))
        if told and not alike:
            raise ValueError(f"{row.id}: the archive has the classes {told}, the catalogue {ours}")


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _labels(parts: list[Any]) -> npt.NDArray[np.int64]:
    """Of all parts one after the other.  torchvision names them in four ways."""
    found = []
    for part in parts:
        for name in ("targets", "labels", "_labels"):
            if hasattr(part, name):
                found.append(np.asarray(getattr(part, name), np.int64))
                break
        else:
            found.append(np.asarray([label for _, label in part._samples], np.int64))
    return np.concatenate([np.empty(0, np.int64), *found])


def _picture(parts: list[Any], pick: int) -> Image.Image:
    for part in parts:
        if pick < len(part):
            picture: Image.Image = part[pick][0]
            return picture
        pick -= len(part)
    raise IndexError(pick)


def _pixels(picture: Image.Image, row: catalog.DatasetRow) -> bytes:
    """The middle square at the row's size, bytes (C, H, W)."""
    picture = picture.convert("RGB" if row.channels == 3 else "L")
    if picture.size != (row.size, row.size):
        least = min(picture.size)
        left, top = ((length - least) // 2 for length in picture.size)
        picture = picture.crop((left, top, left + least, top + least))
        picture = picture.resize((row.size, row.size), Image.Resampling.BILINEAR)
    pixels = np.asarray(picture).reshape(row.size, row.size, row.channels)
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)).tobytes()
