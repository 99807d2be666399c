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
    **dict.fromkeys(("train", "training", "train_set", "training_set"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "val_set", "validation_set", "dev"), "val"),
    **dict.fromkeys(("eval", "evaluation"), "val"),
    **dict.fromkeys(("test", "testing", "test_set", "holdout"), "test"),
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
    (path), own.no_classes (path), own.mixed (path), own.columns (needed, found), own.split_word
    (given), own.groups (given), own.groups_none (given), own.no_source (path), and of a zip what
    `archive_in.Archive` raises.
    """
    with contextlib.ExitStack() as stack:
        try:
            found = _found(place, groups, stack)
        except OSError:
            raise UserError("own.no_source", path=str(place)) from None
        if not found:
            raise UserError("own.no_classes", path=str(place))
        if groups and not any(item.group for item in found):
            raise UserError("own.groups_none", given=groups[:80])
        # However the source was ordered, it is the same set.
        yield sorted(found, key=lambda item: (item.label, item.name, item.split, item.group))


def _found(place: Path, groups: str | None, stack: contextlib.ExitStack) -> list[Item]:
    if place.is_dir():
        files = _files(place)
        tables = [file for file in files if file.suffix.lower() == ".parquet"]
        pictures = [f for f in files if f.suffix.lower().lstrip(".") in picture.SUFFIXES]
        if tables and pictures:
            raise UserError("own.mixed", path=str(place))
        if tables:
            return _tables(tables, groups)
        paths = {"/".join(file.relative_to(place).parts): partial(_content, file) for file in files}
        return _laid_out(place, paths, groups)
    if not place.is_file():
        raise UserError("own.nothing_there", path=str(place))
    if place.suffix.lower() == ".csv":
        return _csv(place, groups)
    with place.open("rb") as opened:
        begins = opened.read(4)
    if begins == PARQUET:
        return _tables([place], groups)
    if begins.startswith(b"PK"):
        archive = stack.enter_context(archive_in.Archive(place, bounds.HOST_OWN))
        paths = {one.path: partial(archive.read, one) for one in archive.entries}
        return _laid_out(place, paths, groups)
    raise UserError("own.no_source", path=str(place))


def _files(place: Path) -> list[Path]:
    """All below it, those of linked folders of classes among them; nothing that is hidden."""
    found: list[Path] = []
    for entry in sorted(place.iterdir()):
        if entry.is_dir():
            found += sorted(file for file in entry.rglob("*") if file.is_file())
        elif entry.is_file():
            found.append(entry)
    return [f for f in found if not any(p.startswith(".") for p in f.relative_to(place).parts)]


def _laid_out(
    place: Path, paths: Mapping[str, Callable[[], bytes]], groups: str | None
) -> list[Item]:
    """By their folders: [what is around all of them /] [split /] class / [more /] file."""
    of = _pattern(groups)
    parted = {path: path.split("/") for path in paths}
    around = 0
    while True:
        firsts = {parts[around] for parts in parted.values() if len(parts) > around + 1}
        deep = all(len(parts) > around + 2 for parts in parted.values())
        if len(firsts) != 1 or not deep or split_of(next(iter(firsts))):
            break
        around += 1
    found = []
    for path, parts in parted.items():
        inside = parts[around:]
        split = split_of(inside[0]) if len(inside) > 2 else ""
        inside = inside[1:] if split else inside
        if len(inside) > 1:
            found.append(Item(inside[0], parts[-1], paths[path], split, of(path)))
    if len({bool(item.split) for item in found}) > 1:  # a class beside train and test, or a word
        raise UserError("own.mixed", path=str(place))  # for them that is not known here
    return found


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(picture.MAX_BYTES + 1)
    except OSError:
        raise UserError("own.file_gone") from None


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
        split = _said(row[at["split"]]) if "split" in at else ""
        label = str(row[at["label"]] or "")
        found.append(Item(label, whole.name, partial(_content, whole), split, of(row, path)))
    return found


def _tables(files: Sequence[Path], groups: str | None) -> list[Item]:
    import pyarrow.lib
    import pyarrow.parquet

    found: list[Item] = []
    if len({bool(_by_name(file)) for file in files}) > 1:
        raise UserError("own.mixed", path=str(files[0].parent))
    for file in files:
        try:
            table = pyarrow.parquet.read_table(file)
        except (pyarrow.lib.ArrowException, OSError):
            raise UserError("own.no_source", path=str(file)) from None
        heads = table.column_names
        at, of = _columns(heads), _grouping(heads, groups)
        names = _class_names(table.schema.metadata or {}, at["label"])
        by_file = _by_name(file)
        beside = [head for head in heads if head != at["image"]]
        rows = table.select(beside).to_pylist()
        images = table[at["image"]]
        for number, row in enumerate(rows):
            label = row[at["label"]]
            told = _class(label, names)
            split = _said(row[at["split"]]) if "split" in at else by_file
            name = str(row.get("file") or row.get("path") or f"{file.stem}-{number}")
            read = partial(_cell, images, number)
            found.append(Item(told, name, read, split, of(row, name)))
    return found


def _class(label: Any, names: Sequence[str]) -> str:
    """ "" where none was given, as of a picture that lies in no folder."""
    if names and isinstance(label, int):  # of the hub's sets -1 means that there is none
        return names[label] if 0 <= label < len(names) else ""
    if isinstance(label, bytes):
        return label.decode(errors="replace")
    return "" if label is None else str(label)


def _by_name(file: Path) -> str:
    """train-00000-of-00001.parquet, test.parquet."""
    return split_of(file.stem) or split_of(re.split(r"[-_.]", file.stem)[0])


def _said(word: Any) -> str:
    """Of a split column; nothing is nothing.  Raises UserError("own.split_word", given)."""
    told = "" if word is None else str(word).strip()
    if told and not split_of(told):
        raise UserError("own.split_word", given=told[:40])
    return split_of(told)


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
    known = {head.strip().casefold(): head for head in heads if head}
    if groups and (column := known.get(groups.strip().casefold())):
        return lambda row, _: "" if row[column] is None else str(row[column])
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
