"""Pictures that a reader brought become pictures of their set: decoded, made small, written anew.

In the worker, because a decoder reads what nobody vouches for.  What is kept has RGB pixels, its
longer side at most 320 px, and nothing of the file it came from.  A file that is refused says
why, by its folder and name; the good ones are kept.  Of more than there is room for an even part
is taken, and how many of how many is told; too many classes are refused as a whole.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import os
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from PIL import Image

from tlcore.catalog import own
from tlcore.data.own import archive_in, own_batches, own_edit, own_names, picture, sources
from tlcore.experiments.take_in.spec import TakeInSpec
from tlcore.ground import bounds
from tlcore.ground.errors import UserError
from tlcore.ground.evenly import evenly
from tlcore.runs.run import Row

MOST_ZIPS = 50  # of one delivery: all are open at a time
MOST_TOLD = 200  # refusals that are listed; the rest is a number
TELL = 0.2  # seconds between two words on how far it is


def rows(spec: TakeInSpec, data_dir: Path, folder: Path) -> Iterator[Row]:
    """{"kind": "progress", "done", "of"} as it goes, last the result (`Taking.result`).

    Raises UserError("own.too_many_classes", given, limit), and then nothing was taken.
    """
    taking = Taking(own.read(spec.data, data_dir), data_dir, spec.at_the_server)
    place = own_batches.folder(spec.data, spec.batch, data_dir)
    try:
        told = 0.0
        for done, of in taking.all(own_batches.brought(place)):
            if time.monotonic() - told > TELL:
                told = time.monotonic()
                yield {"kind": "progress", "done": done, "of": of}
        yield taking.result()
    finally:  # not where the worker is killed: then it begins again
        own_batches.drop(spec.data, spec.batch, data_dir)
        own_batches.sweep(spec.data, data_dir)


@dataclasses.dataclass(frozen=True)
class Candidate:
    """One picture of a delivery: its place there, its class (id, or name as it came), its name;
    the split and the group that it came with, if any."""

    place: int
    label: str
    name: str
    read: Callable[[], bytes]
    split: str = ""
    group: str = ""


class Full(UserError):
    """No further picture is taken, and why."""


class Taking:
    """One delivery on its way into a set; `room` in bytes, else what its owner may still keep;
    `most`, else what whoever brought it may bring."""

    def __init__(
        self,
        found: own.Own,
        data_dir: Path | None,
        at_the_server: bool = False,
        room: int | None = None,
        most: bounds.OwnPictures | None = None,
    ) -> None:
        self.found, self.data_dir = found, data_dir
        self.most = most or bounds.own_pictures(at_the_server)
        self.folder = own.folder(found.id, data_dir)
        free = own_batches.room(found.owner, at_the_server, data_dir) if room is None else room
        self.room = free
        self.labels = {label.id: label.name for label in found.classes}
        self.known = {p.sha256: self._where(p.name, p.label) for p in found.pictures}
        self.new: dict[int, own.Picture] = {}  # `label`: id or name of the class until the end
        self.refused: dict[int, tuple[str, UserError]] = {}  # by their places in the delivery
        self.candidates = 0
        self.cut: UserError | None = None  # why not all of them were looked at

    def all(self, brought: Sequence[own_batches.Brought]) -> Iterator[tuple[int, int]]:
        """Take in what came; yields (looked at, to be looked at) after each picture.

        Raises UserError("own.too_many_classes", given, limit) before any is taken.
        """
        with contextlib.ExitStack() as stack:
            yield from self.take(self._found(brought, stack))

    def take(self, found: Sequence[Candidate]) -> Iterator[tuple[int, int]]:
        """The same of pictures that are known one by one."""
        self.candidates = len(found)
        self._count_classes(found)
        have = Counter(self._told(picture.label).casefold() for picture in self.found.pictures)
        tries = min(len(found), self.most.delivery)
        ordered = evenly(found, lambda one: self._told(one.label).casefold(), have)
        for done, one in enumerate(ordered[:tries], start=1):
            try:
                self._keep(one)
            except archive_in.Spent as error:
                self.cut = error
            except Full as error:
                self.cut = error
                return
            except UserError as error:
                self.refused[one.place] = self._where(one.name, one.label), error
            yield done, tries
        if len(found) > tries:
            self.cut = Full("own.sampled.delivery", limit=self.most.delivery)

    def _found(
        self, brought: Sequence[own_batches.Brought], stack: contextlib.ExitStack
    ) -> list[Candidate]:
        """The pictures of a delivery, those in its zips one by one; nothing is decoded yet."""
        found: list[Candidate] = []
        place, zips, listed = 0, 0, 0
        for file in brought:
            name, place = own_names.file(file.name), place + 1
            with file.path.open("rb") as opened:
                zipped = opened.read(4) == own_batches.ZIP
            if not zipped:
                found.append(Candidate(place, file.label, name, partial(_content, file.path)))
                continue
            try:
                zips += 1
                if zips > MOST_ZIPS:
                    raise UserError("own.many", limit=MOST_ZIPS)
                archive = stack.enter_context(archive_in.Archive(file.path, self.most, listed))
            except UserError as error:
                self.refused[place] = name, error
                continue
            listed += len(archive.entries)
            for entry in archive.entries:
                label, place = file.label or entry.folder, place + 1
                read, split = partial(archive.read, entry), sources.split_in(entry.path)
                found.append(Candidate(place, label, entry.name, read, split))
        return found

    def _count_classes(self, found: Sequence[Candidate]) -> None:
        """A set with an arbitrary part of its classes would be another set than was meant."""
        names = {self._told(label).casefold() for label in {one.label for one in found} if label}
        names |= {label.name.casefold() for label in self.found.classes}
        if len(names) > max(self.most.classes, len(self.found.classes)):
            raise UserError("own.too_many_classes", given=len(names), limit=self.most.classes)

    def _told(self, label: str) -> str:
        """What a class is called, given by its id or by a name."""
        return self.labels.get(label) or own_names.tidy(label)

    def _where(self, name: str, label: str) -> str:
        """With its folder: each class has its `0.jpg`."""
        known = self._told(label)
        return f"{known}/{name}" if known else name

    def _class(self, given: str) -> str:
        """The id of a class, or the name of one to be."""
        if not given:
            raise UserError("own.no_folder")
        return given if given in self.labels else own_names.label(given)

    def _keep(self, one: Candidate) -> None:
        if len(self.known) >= self.most.pictures:
            raise Full("own.sampled.set", limit=self.most.pictures)
        label = self._class(one.label)
        pixels = picture.whole(one.read())
        sha256 = hashlib.sha256(f"{pixels.shape}".encode() + pixels.tobytes()).hexdigest()
        if sha256 in self.known:
            raise UserError("own.duplicate", other=self.known[sha256])
        file = self.folder / f"{secrets.token_hex(16)}.jpg"
        part = file.with_suffix(".part")
        Image.fromarray(pixels).save(part, "JPEG", quality=own.QUALITY)
        size = part.stat().st_size
        if size > self.room:
            part.unlink()
            raise Full("own.sampled.room", limit=self.most.kept // own_batches.MB)
        os.replace(part, file)
        self.room -= size
        self.known[sha256] = self._where(one.name, one.label)
        group = hashlib.sha256(one.group.encode()).hexdigest()[:16] if one.group else ""
        kept = (file.name, label, one.name, sha256, size, one.split, group)
        self.new[one.place] = own.Picture(*kept)

    def _labelled(self, now: own.Own, label: str) -> tuple[own.Own, own.Label]:
        """A class may have been renamed while its pictures were on their way."""
        for known in now.classes:
            if known.id == label:
                return now, known
        return own_edit.with_class(now, self.labels.get(label, label), self.most.classes)

    def result(self) -> Row:
        """Write the set, and say what came of the delivery: `taken` {class: number}; `refused`
        [[folder/file, key of the error, its values], ...], `unlisted` refusals beyond those;
        `sampled` None or [key, values], where only a part of it was looked at."""
        taken: Counter[str] = Counter()

        def act(now: own.Own) -> own.Own:
            """The set may have changed since: another browser's class, another delivery."""
            taken.clear()
            self.labels |= {label.id: label.name for label in now.classes}
            here = {p.sha256: self._where(p.name, p.label) for p in now.pictures}
            for place, new in sorted(self.new.items()):
                where = self._where(new.name, new.label)
                try:
                    if new.sha256 in here:
                        raise UserError("own.duplicate", other=here[new.sha256])
                    now, label = self._labelled(now, new.label)
                except UserError as error:
                    self.refused[place] = where, error
                    continue
                here[new.sha256] = where
                taken[label.name] += 1
                kept = dataclasses.replace(new, label=label.id)
                now = dataclasses.replace(now, pictures=(*now.pictures, kept))
            return now

        if self.new:
            own_edit.change(self.found.id, act, data_dir=self.data_dir)
        refused = [(name, e.key, e.values) for _, (name, e) in sorted(self.refused.items())]
        counts = {"kept": taken.total(), "found": self.candidates}
        return {
            "kind": "result",
            "status": "finished",
            "taken": dict(taken),
            "refused": [list(told) for told in refused[:MOST_TOLD]],
            "unlisted": max(0, len(refused) - MOST_TOLD),
            "sampled": self.cut and [self.cut.key, counts | self.cut.values],
        }


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(picture.MAX_BYTES + 1)
