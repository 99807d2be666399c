"""Pictures out of a zip that nobody vouches for: read entry by entry, in the worker.

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
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tlcore import own_names
from tlcore.errors import UserError

MB = 2**20
MOST_ENTRIES = 500
MOST_ENTRY, MOST_ALL = 5 * MB, 100 * MB
MOST_RATIO = 100
SLACK = 100_000  # bytes below which a ratio says nothing: a small plain picture packs well
MOST_DIRECTORY = MB  # the list of entries; 500 with the longest names that make sense take 200 kB
SECONDS = 10.0  # spent in the archive itself; decoding is not counted
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
    """One picture of an archive: what it is called, its class as the folder says, its bytes,
    or why it is refused."""

    name: str
    folder: str
    content: bytes
    refused: UserError | None = None


def entries(file: Path) -> Iterator[Entry]:
    """The pictures of a zip in its order; what computers add to a zip by themselves is passed over.

    Raises UserError: zip.damaged; zip.empty; zip.entries (limit, given); zip.total (limit in MB);
    zip.slow (limit in seconds).  What came before is good.
    """
    left, total = SECONDS, 0
    with contextlib.ExitStack() as stack:
        began = time.perf_counter()
        try:
            opened = stack.enter_context(file.open("rb"))
            _measure(opened)
            archive = stack.enter_context(zipfile.ZipFile(opened))
        except _BROKEN:
            raise UserError("zip.damaged") from None
        found = [(info, _path(info)) for info in archive.infolist()]
        pictures = [(info, path) for info, path in found if not _litter(info, path)]
        if len(pictures) > MOST_ENTRIES:
            raise UserError("zip.entries", limit=MOST_ENTRIES, given=len(pictures))
        if not pictures:
            raise UserError("zip.empty")
        for info, path in pictures:
            try:
                content, refused = _read(archive, info), None
            except UserError as error:
                content, refused = b"", error
            total += len(content)
            left -= time.perf_counter() - began
            if total > MOST_ALL:
                raise UserError("zip.total", limit=MOST_ALL // MB)
            if left < 0:
                raise UserError("zip.slow", limit=round(SECONDS))
            parent = path[-2] if len(path) > 1 else ""
            yield Entry(own_names.file(path[-1]), own_names.tidy(parent), content, refused)
            began = time.perf_counter()


def _measure(opened: BinaryIO) -> None:
    """Refuse a list of entries that alone would fill the memory, before anybody reads it."""
    size = opened.seek(0, 2)
    opened.seek(max(0, size - 65_557))  # the end record with the longest comment
    tail = opened.read()
    at = tail.rfind(LISTS_END)
    if at < 0 or len(tail) < at + 22 or tail[max(0, at - 20) : at].startswith(FAR_END):
        raise UserError("zip.damaged")
    if struct.unpack_from("<L", tail, at + 12)[0] > MOST_DIRECTORY:
        raise UserError("zip.entries", limit=MOST_ENTRIES, given="?")
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
