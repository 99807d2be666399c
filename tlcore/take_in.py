"""Pictures that a reader brought become pictures of their set: decoded, made small, written anew.

In the worker, because a decoder reads what nobody vouches for.  What is kept has RGB pixels, its
longer side at most 320 px, and nothing of the file it came from.  A file that is refused says
why; the good ones are kept.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import secrets
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from tlcore import archive_in, own, own_batches, own_edit, own_names, picture
from tlcore.errors import UserError
from tlcore.runs import Row
from tlcore.spec import TakeInSpec

MOST_PICTURES = 2_000  # of one set
MOST_TOLD = 200  # refusals that are listed; the rest is a number
QUALITY = 92  # of the JPEG that is kept
TELL = 0.2  # seconds between two words on how far it is


def rows(asked: TakeInSpec, data_dir: Path, folder: Path) -> Iterator[Row]:
    """{"kind": "progress", "done", "of"} as it goes, last the result: `taken` {class: number},
    `refused` [[file, key of the error, its values], ...], `unlisted` refusals beyond those."""
    found = own.read(asked.data, data_dir)
    taking = Taking(found, data_dir)
    place = own_batches.folder(asked.data, asked.batch, data_dir)
    try:
        told, brought = 0.0, own_batches.brought(place)
        for file in brought:
            for _ in taking.file(file):
                if time.monotonic() - told > TELL:
                    told, done = time.monotonic(), len(taking.new) + len(taking.refused)
                    yield {"kind": "progress", "done": done, "of": max(done, len(brought))}
        yield taking.result()
    finally:  # not where the worker is killed: then it begins again
        own_batches.drop(asked.data, asked.batch, data_dir)
        own_batches.sweep(asked.data, data_dir)


class Taking:
    """One delivery on its way into a set; `room` in bytes, else what its owner may still keep."""

    def __init__(
        self,
        found: own.Own,
        data_dir: Path | None,
        most: int | None = None,
        room: int | None = None,
    ) -> None:
        self.found, self.data_dir = found, data_dir
        self.most = MOST_PICTURES if most is None else most
        self.place = own.folder(found.id, data_dir)
        self.room = own_batches.room(found.owner, data_dir) if room is None else room
        self.labels = {label.id: label.name for label in found.classes}
        self.known = {p.sha256: p.name for p in found.pictures}
        self.new: list[own.Picture] = []  # `label`: id or name of the class until the end
        self.refused: list[tuple[str, str, dict[str, Any]]] = []

    def file(self, brought: own_batches.Brought) -> Iterator[None]:
        """A picture, or a zip of them; yields after each."""
        name = own_names.file(brought.name)
        with brought.path.open("rb") as file:
            zipped = file.read(4) == own_batches.ZIP
        if not zipped:
            with brought.path.open("rb") as file:
                content = file.read(picture.MAX_BYTES + 1)
            self._take(name, brought.label, content)
            yield
            return
        try:
            for entry in archive_in.entries(brought.path):
                if entry.refused:
                    self._refuse(self._where(entry.name, entry.folder), entry.refused)
                else:
                    self._take(entry.name, brought.label or entry.folder, entry.content)
                yield
        except UserError as error:
            self._refuse(name, error)

    def _take(self, name: str, label: str, content: bytes) -> None:
        try:
            self._keep(name, self._class(label), content)
        except UserError as error:
            self._refuse(self._where(name, label), error)

    def _where(self, name: str, label: str) -> str:
        """With its folder: in a zip of classes each has its `0.jpg`."""
        known = self.labels.get(label, label)
        return f"{known}/{name}" if known else name

    def _class(self, given: str) -> str:
        """The id of a class, or the name of one to be."""
        if not given:
            raise UserError("own.no_folder")
        return given if given in self.labels else own_names.label(given)

    def _keep(self, name: str, label: str, content: bytes) -> None:
        if len(self.known) >= self.most:
            raise UserError("own.pictures", limit=self.most)
        pixels = picture.whole(content)
        sha256 = hashlib.sha256(f"{pixels.shape}".encode() + pixels.tobytes()).hexdigest()
        if sha256 in self.known:
            raise UserError("own.duplicate", other=self.known[sha256])
        file = self.place / f"{secrets.token_hex(16)}.jpg"
        part = file.with_suffix(".part")
        Image.fromarray(pixels).save(part, "JPEG", quality=QUALITY)
        size = part.stat().st_size
        if size > self.room:
            part.unlink()
            raise UserError("own.full", limit=own_batches.MOST_OWNER // own_batches.MB)
        os.replace(part, file)
        self.room -= size
        self.known[sha256] = name
        self.new.append(own.Picture(file.name, label, name, sha256, size))

    def _labelled(self, now: own.Own, label: str) -> tuple[own.Own, own.Label]:
        """A class may have been renamed while its pictures were on their way."""
        for known in now.classes:
            if known.id == label:
                return now, known
        return own_edit.with_class(now, self.labels.get(label, label))

    def _refuse(self, name: str, error: UserError) -> None:
        self.refused.append((name, error.key, error.values))

    def result(self) -> Row:
        """Write the set, and say what came of the delivery."""
        taken: Counter[str] = Counter()

        def act(now: own.Own) -> own.Own:
            """The set may have changed since: another browser's class, another delivery."""
            here = {p.sha256: p.name for p in now.pictures}
            for new in self.new:
                try:
                    if new.sha256 in here:
                        raise UserError("own.duplicate", other=here[new.sha256])
                    now, label = self._labelled(now, new.label)
                except UserError as error:
                    self._refuse(new.name, error)
                    continue
                here[new.sha256] = new.name
                taken[label.name] += 1
                kept = dataclasses.replace(new, label=label.id)
                now = dataclasses.replace(now, pictures=(*now.pictures, kept))
            return now

        if self.new:
            own_edit.change(self.found.id, act, data_dir=self.data_dir)
        return {
            "kind": "result",
            "status": "finished",
            "taken": dict(taken),
            "refused": [list(told) for told in self.refused[:MOST_TOLD]],
            "unlisted": max(0, len(self.refused) - MOST_TOLD),
        }
