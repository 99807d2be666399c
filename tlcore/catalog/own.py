"""A reader's own pictures: what lies on the disk, whose it is, and the row of facts.

A set is a folder `pictures/own-<32 hex>`: `set.json`, and the pictures as the worker wrote them
(tlcore.experiments.take_in.run).  Whoever has a link to a run may see it; a set is listed and
changed by its owner alone (tlcore.data.own.own_edit).
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import re
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from tlcore.catalog.catalog_rows import DatasetRow
from tlcore.catalog.parting import PARTS, Splits, apart, parted
from tlcore.ground import paths
from tlcore.ground.errors import UserError

NAME = re.compile(r"own-[0-9a-f]{32}")
FILE = "set.json"
SIDE, MOST_SIDE = 160, 256  # px of the squares that a network is given: usually, and at most
QUALITY = 92  # of the JPEG that is kept


@dataclasses.dataclass(frozen=True)
class Label:
    """A class.  `id` stays when the name changes."""

    id: str
    name: str


@dataclasses.dataclass(frozen=True)
class Picture:
    """`file` in the set's folder; `label` the id of its class; `name` as the file was called;
    `sha256` of the pixels that were kept."""

    file: str
    label: str
    name: str
    sha256: str
    bytes: int
    split: str = ""  # "train", "val" or "test" where it came with one
    group: str = ""  # of pictures that belong on one side


@dataclasses.dataclass(frozen=True)
class Own:
    """One set.  Classes in the order in which they were made."""

    id: str
    owner: str
    created: float
    classes: tuple[Label, ...] = ()
    pictures: tuple[Picture, ...] = ()

    @cached_property
    def bytes(self) -> int:
        """What the pictures take on the disk."""
        return sum(picture.bytes for picture in self.pictures)

    def of(self, label: str) -> list[Picture]:
        """The pictures of a class by sha256: an order that nobody chose."""
        return sorted((p for p in self.pictures if p.label == label), key=lambda p: p.sha256)

    @cached_property
    def splits(self) -> dict[str, Splits]:
        """Of each class, by its id."""
        return parted({label.id: self.of(label.id) for label in self.classes})

    @property
    def needed(self) -> int:
        """Pictures of each class: one to validate, one to test, and 4 to train in all."""
        return 4 if len(self.classes) < 4 else 3

    @property
    def missing(self) -> list[tuple[str, int]]:
        """What each class still lacks before the set can be used."""
        counts = [(label.name, self.needed - len(self.of(label.id))) for label in self.classes]
        return [(name, count) for name, count in counts if count > 0]

    @property
    def parts_missing(self) -> list[tuple[str, str]]:
        """(class, part) where a class has no picture in a split that came with the pictures, or
        too few groups for it."""
        parts = [(label, part) for label in self.classes for part in PARTS]
        return [(c.name, part) for c, part in parts if not self.splits[c.id].of(part)]

    @property
    def usable(self) -> bool:
        parted = not self.parts_missing and not apart(self.pictures)
        return len(self.classes) > 1 and not self.missing and parted


def side_for(asked: int | None) -> int:
    """Of the squares for a network that is shown pictures of `asked` px: a smaller network makes
    them smaller itself; what is kept on the disk (tlcore.data.own.picture.SHOWN) gives no more."""
    return min(max(asked or SIDE, SIDE), MOST_SIDE)


def folder(name: str, data_dir: Path | None = None) -> Path:
    """Where a set lies, whether or not it is there.  Raises UserError("data.gone")."""
    if not NAME.fullmatch(name):
        raise UserError("data.gone")
    return (data_dir or paths.data_dir()) / "pictures" / name


def read(name: str, data_dir: Path | None = None) -> Own:
    """Raises UserError("data.gone")."""
    file = folder(name, data_dir) / FILE
    try:
        found = file.stat()
        return _read(file, (found.st_ino, found.st_mtime_ns, found.st_size))
    except (OSError, ValueError, KeyError, TypeError):
        raise UserError("data.gone") from None


@lru_cache(maxsize=256)
def _read(file: Path, _state: tuple[int, int, int]) -> Own:
    """Once per state of the file: a page asks for the same row many times."""
    told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    classes = tuple(Label(**label) for label in told.pop("classes"))
    pictures = tuple(Picture(**picture) for picture in told.pop("pictures"))
    return Own(**told, classes=classes, pictures=pictures)


def yours(name: str, owner: str, data_dir: Path | None = None) -> Own:
    """Raises UserError("data.gone"), for another reader's set too: it does not say that there
    is one."""
    found = read(name, data_dir)
    if found.owner != owner:
        raise UserError("data.gone")
    return found


def every(data_dir: Path | None = None) -> list[Own]:
    """All sets of this data folder, the oldest first."""
    place = (data_dir or paths.data_dir()) / "pictures"
    found = []
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        for entry in place.iterdir():
            with contextlib.suppress(UserError):
                found.append(read(entry.name, data_dir))
    return sorted(found, key=lambda own: own.created)


def of(owner: str, data_dir: Path | None = None) -> list[Own]:
    """A reader's own sets, the oldest first."""
    return [own for own in every(data_dir) if own.owner == owner]


def row(name: str) -> DatasetRow:
    """The facts that a fine-tune needs.

    Raises UserError: data.gone, and what `check` raises.
    """
    own = read(name)
    check(own)
    each = list(own.splits.values())
    return DatasetRow(
        id=name,
        classes=tuple(label.name for label in own.classes),
        train_pool=sum(len(s.train) for s in each),
        val=sum(len(s.val) for s in each),
        test=sum(len(s.test) for s in each),
        size=SIDE,
        channels=3,
        fingerprint=fingerprint(own),
        licence="own",
        origin="own",
        source="own",
    )


def check(own: Own) -> None:
    """Raises UserError where the set cannot be used yet: own.one_class; own.too_few (needed,
    missing); own.no_part (name, part) where a class is missing in a split that it came with, or
    its pictures are of too few groups; own.groups_apart (count)."""
    if len(own.classes) < 2:
        raise UserError("own.one_class", needed=own.needed)
    if missing := own.missing:
        told = ", ".join(f"{name} (+{count})" for name, count in missing)
        raise UserError("own.too_few", needed=own.needed, missing=told)
    if count := apart(own.pictures):
        raise UserError("own.groups_apart", count=count)
    for name, part in own.parts_missing:
        raise UserError("own.no_part", name=name, part=part)


def fingerprint(own: Own) -> str:
    """Names the pixels and which belong together; a class may be renamed and it stays."""
    digest = hashlib.sha256(b"own pictures 1")
    for label in own.classes:
        for picture in own.of(label.id):
            digest.update(f"{label.id} {picture.sha256}\n".encode())
            if picture.split or picture.group:  # said of none, a set has the name that it had
                digest.update(f"{picture.split} {picture.group}\n".encode())
    return digest.hexdigest()
