"""Pictures on one's own machine, listed one by one: a folder, a zip, a CSV or Parquet table.

    folder   a folder for each class; or train, val and test with a folder for each class in each
    zip      the same inside
    table    columns image (a path, or the bytes of a file) and label, perhaps split
    folder of Parquet files: their names say the split (train-00000-of-00001.parquet)

Nothing is decoded here.  Who calls has typed the path: it is theirs to read.
"""

from __future__ import annotations

import contextlib
import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tlcore.data.own import archive_in, picture, text_csv
from tlcore.ground import bounds
from tlcore.ground.errors import UserError

SPLITS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "dev"), "val"),
    **dict.fromkeys(("test", "testing"), "test"),
}
COLUMNS = {  # what a column may be called
    "image": ("image", "file", "filename", "file_name", "path", "image_path"),
    "label": ("label", "class", "category"),
    "split": ("split", "subset"),
}
PARQUET = b"PAR1"


@dataclass(frozen=True)
class Item:
    """One picture: class and name as they came, how to get its bytes, its split and group."""

    label: str
    name: str
    read: Callable[[], bytes]
    split: str = ""
    group: str = ""


def split_of(folder: str) -> str:
    """What a folder's name, or a table's word, says of a split; "" where it says nothing."""
    return SPLITS.get(folder.casefold(), "")


def split_in(path: str) -> str:
    """Of a picture in a zip: the folder around its class."""
    return split_of(path.split("/")[-3]) if path.count("/") > 1 else ""


@contextlib.contextmanager
def listed(place: Path, groups: str | None = None) -> Iterator[list[Item]]:
    """All pictures of a source; their bytes may be read until the end of the block.

    `groups`: a column of the table, or a regular expression on the path of each file, whose first
    group (or whole match) names what must stay on one side.  Raises UserError: own.nothing_there
    (path), own.no_folder, own.columns (needed, found), own.groups (given), and of a zip what
    `archive_in.Archive` raises.
    """
    if place.is_dir():
        files = sorted(f for f in place.rglob("*") if f.is_file() and not _hidden(f, place))
        tables = [file for file in files if file.suffix == ".parquet"]
        yield _tables(tables, groups) if tables else _folder(place, files, groups)
    elif not place.is_file():
        raise UserError("own.nothing_there", path=str(place))
    elif place.suffix.lower() == ".csv":
        yield _csv(place, groups)
    elif _begins(place) == PARQUET:
        yield _tables([place], groups)
    elif _begins(place).startswith(b"PK"):
        with archive_in.Archive(place, bounds.HOST_OWN) as archive:
            of = _pattern(groups)
            yield [
                Item(
                    one.folder,
                    one.name,
                    partial(archive.read, one),
                    split_in(one.path),
                    of(one.path),
                )
                for one in archive.entries
            ]
    else:
        raise UserError("own.no_source", path=str(place))


def _begins(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(4)


def _hidden(file: Path, place: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(place).parts)


def _folder(place: Path, files: Sequence[Path], groups: str | None) -> list[Item]:
    of, found = _pattern(groups), []
    for file in files:
        parts = file.relative_to(place).parts
        split = split_of(parts[0]) if len(parts) > 2 else ""
        inside = parts[1:] if split else parts
        if len(inside) > 1:
            path = "/".join(parts)
            found.append(Item(inside[0], file.name, partial(_content, file), split, of(path)))
    if not found:
        raise UserError("own.no_folder")
    return found


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(picture.MAX_BYTES + 1)
    except OSError:
        raise UserError("picture.gone") from None


def _csv(file: Path, groups: str | None) -> list[Item]:
    try:
        lines = text_csv.decode(file.read_bytes()).splitlines()
        read = csv.DictReader(lines, delimiter=text_csv.guess(lines))
        rows: list[dict[str, Any]] = list(read)
    except (UserError, csv.Error):
        raise UserError("own.no_source", path=str(file)) from None
    heads = list(rows[0]) if rows else []
    at, of = _columns(heads), _grouping(heads, groups)
    found = []
    for row in rows:
        path = str(row[at["image"]] or "")
        whole = file.parent / path
        split = split_of(str(row[at["split"]] or "")) if "split" in at else ""
        label = str(row[at["label"]] or "")
        found.append(Item(label, whole.name, partial(_content, whole), split, of(row, path)))
    return found


def _tables(files: Sequence[Path], groups: str | None) -> list[Item]:
    import pyarrow.lib
    import pyarrow.parquet

    found: list[Item] = []
    for file in files:
        try:
            table = pyarrow.parquet.read_table(file)
        except (pyarrow.lib.ArrowException, OSError):
            raise UserError("own.no_source", path=str(file)) from None
        heads = table.column_names
        at, of = _columns(heads), _grouping(heads, groups)
        names = _class_names(table.schema.metadata or {}, at["label"])
        by_file = split_of(re.split(r"[-_.]", file.name)[0])
        beside = [head for head in heads if head != at["image"]]
        rows = table.select(beside).to_pylist()
        images = table[at["image"]]
        for number, row in enumerate(rows):
            label = row[at["label"]]
            told = _class(label, names)
            split = split_of(str(row[at["split"]])) if "split" in at else by_file
            name = str(row.get("file") or row.get("path") or f"{file.stem}-{number}")
            read = partial(_cell, images, number)
            found.append(Item(told, name, read, split, of(row, name)))
    return found


def _class(label: Any, names: Sequence[str]) -> str:
    """ "" where none was given, as of a picture that lies in no folder."""
    if isinstance(label, int) and 0 <= label < len(names):
        return names[label]
    return "" if label is None else str(label)


def _cell(images: Any, number: int) -> bytes:
    """Bytes of a file; of the hub's sets they stand in {"bytes", "path"}."""
    found = images[number].as_py()
    content = found.get("bytes") if isinstance(found, dict) else found
    if not isinstance(content, bytes):
        raise UserError("picture.format")
    return content[: picture.MAX_BYTES + 1]


def _class_names(metadata: Mapping[bytes, bytes], label: str) -> list[str]:
    """Names of classes that a set of the hub tells beside their numbers."""
    try:
        features = json.loads(metadata.get(b"huggingface", b"{}"))["info"]["features"]
        return [str(name) for name in features[label]["names"]]
    except (ValueError, KeyError, TypeError):
        return []


def _columns(heads: Sequence[str]) -> dict[str, str]:
    """What each column is called here.  Raises UserError("own.columns", needed, found)."""
    known = {head.strip().casefold(): head for head in heads if head}
    found = {
        what: next(known[name] for name in names if name in known)
        for what, names in COLUMNS.items()
        if any(name in known for name in names)
    }
    if not {"image", "label"} <= found.keys():
        told = ", ".join(head[:40] for head in heads if head)
        raise UserError("own.columns", needed="image, label", found=told[:200])
    return found


def _grouping(heads: Sequence[str], groups: str | None) -> Callable[[Mapping[str, Any], str], str]:
    if groups in heads and groups is not None:
        return lambda row, _: str(row[groups] if row[groups] is not None else "")
    of = _pattern(groups)
    return lambda _, path: of(path)


def _pattern(groups: str | None) -> Callable[[str], str]:
    if not groups:
        return lambda _: ""
    try:
        pattern = re.compile(groups)
    except re.error:
        raise UserError("own.groups", given=groups[:80]) from None

    def of(path: str) -> str:
        found = pattern.search(path)
        return (found[1] if pattern.groups else found[0]) or "" if found else ""

    return of
