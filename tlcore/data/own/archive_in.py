"""Pictures out of a zip that nobody vouches for: listed, then read one by one, in the worker.

Nothing is ever unpacked by the names in it: an entry's folder is the name of its class, the rest
is told to the reader.  Bytes are counted while they come, since a header may say anything.
"""

from __future__ import annotations

import contextlib
import stat
import struct
import time
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from tlcore.data.own import own_names
from tlcore.ground import bounds
from tlcore.ground.errors import UserError

MB = 2**20
MOST_LISTED = 20_000  # entries; of more than a delivery may have, an even part is read
MOST_ENTRY = 5 * MB
MOST_RATIO = 100
SLACK = 100_000  # bytes below which a ratio says nothing: a small plain picture packs well
MOST_DIRECTORY = 4 * MB  # the list of entries; 20,000 with long names and their times take 3 MB
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others unpack without a bound in memory
LISTS_END, FAR_END, NESTED = b"PK\x05\x06", b"PK\x06\x07", b"PK\x03\x04"
LITTER = ("__macosx",)  # folders that computers add by themselves
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    ValueError,
    KeyError,
    IndexError,
    NotImplementedError,
    RuntimeError,
)


@dataclass(frozen=True)
class Entry:
    """One picture of an archive: what it is called, and its class as the folder says."""

    name: str
    folder: str
    info: zipfile.ZipInfo
    path: str = ""  # as it stands in the zip; told, never used as a path


class Spent(UserError):
    """All that a zip may take was taken; what was read before is good."""


class Archive:
    """An open zip; what computers add to a zip by themselves is passed over.

    To open it raises UserError: zip.damaged; zip.empty; zip.entries (limit, given).
    """

    def __init__(
        self, file: Path, most: bounds.OwnPictures = bounds.VISITOR_OWN, listed: int = 0
    ) -> None:
        """`listed`: entries of other zips of the same delivery."""
        self._bytes, self._seconds = most.zip_bytes, most.zip_seconds
        self._read, self._spent = 0, 0.0
        self._over: Spent | None = None
        began = time.perf_counter()
        with contextlib.ExitStack() as stack:
            try:
                opened = stack.enter_context(file.open("rb"))
                _measure(opened)
                self._zip = stack.enter_context(zipfile.ZipFile(opened))
            except _BROKEN:
                raise UserError("zip.damaged") from None
            found = [(info, _path(info)) for info in self._zip.infolist()]
            pictures = [(info, path) for info, path in found if not _litter(info, path)]
            if listed + len(pictures) > MOST_LISTED:
                raise UserError("zip.entries", limit=MOST_LISTED, given=listed + len(pictures))
            if not pictures:
                raise UserError("zip.empty")
            self._stack = stack.pop_all()
        self.entries = [
            Entry(
                own_names.file(path[-1]),
                own_names.tidy(path[-2] if path[1:] else ""),
                info,
                "/".join(path),
            )
            for info, path in pictures
        ]
        self._spent += time.perf_counter() - began

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def read(self, entry: Entry) -> bytes:
        """Its bytes.  Raises UserError where this one is refused, Spent ("own.sampled.total",
        limit in MB; "own.sampled.slow", limit in seconds) where no further one is read."""
        if self._over:
            raise self._over
        began = time.perf_counter()
        try:
            content = _read(self._zip, entry.info)
        finally:
            self._spent += time.perf_counter() - began
            if self._spent > self._seconds:
                self._over = Spent("own.sampled.slow", limit=round(self._seconds))
        self._read += len(content)
        if self._read > self._bytes:
            self._over = Spent("own.sampled.total", limit=self._bytes // MB)
        if self._over:
            raise self._over
        return content


def _measure(opened: BinaryIO) -> None:
    """Refuse a list of entries that alone would fill the memory, before anybody reads it."""
    size = opened.seek(0, 2)
    opened.seek(max(0, size - 65_557))  # the end record with the longest comment
    tail = opened.read()
    at = tail.rfind(LISTS_END)
    if at < 0 or len(tail) < at + 22 or tail[max(0, at - 20) : at].startswith(FAR_END):
        raise UserError("zip.damaged")
    if struct.unpack_from("<L", tail, at + 12)[0] > MOST_DIRECTORY:
        raise UserError("zip.entries", limit=MOST_LISTED, given="?")
    opened.seek(0)


def _path(info: zipfile.ZipInfo) -> list[str]:
    """The parts of its name, none of which is ever used as a path.

    A zip that does not say its encoding was often made by Windows in Korea: CP949.
    """
    name = info.orig_filename
    if not info.flag_bits & 0x800:
        with contextlib.suppress(UnicodeError):
            raw = name.encode("cp437")
            for encoding in ("utf-8", "cp949"):
                with contextlib.suppress(UnicodeDecodeError):
                    name = raw.decode(encoding)
                    break
    return [part for part in name[-1_000:].replace("\\", "/").split("/") if part] or ["?"]


def _litter(info: zipfile.ZipInfo, path: list[str]) -> bool:
    last = path[-1].lower()
    hidden = last.startswith(".") or last in ("thumbs.db", "desktop.ini")
    return info.is_dir() or hidden or path[0].lower() in LITTER


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Raises UserError: zip.locked, zip.link, zip.packing, zip.heavy, zip.ratio, zip.nested,
    zip.broken."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise UserError("zip.link")
    if info.flag_bits & 0x41:  # encrypted, or strongly so
        raise UserError("zip.locked")
    if info.compress_type not in PACKED:
        raise UserError("zip.packing")
    try:
        with archive.open(info) as opened:
            content = opened.read(MOST_ENTRY + 1)
    except _BROKEN:
        raise UserError("zip.broken") from None
    if len(content) > MOST_ENTRY:
        raise UserError("zip.heavy", limit=MOST_ENTRY // MB)
    if len(content) > max(SLACK, MOST_RATIO * info.compress_size):
        raise UserError("zip.ratio", limit=MOST_RATIO)
    if content.startswith(NESTED):
        raise UserError("zip.nested")
    return content
