"""Unpack a downloaded archive: names stay inside the folder, sizes are counted as they come.

Its hash was right, so this guards against a mistake rather than an attack; the limits are those of
the largest set in the catalogue with room to spare.
"""

from __future__ import annotations

import gzip
import tarfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Any

from tlcore.ground.errors import UserError

LIMIT_BYTES = 8 * 2**30
LIMIT_FILES = 300_000
CHUNK = 1 << 20

Tell = Callable[[int], None]  # bytes written so far


def unpack(archive: Path, into: Path, tell: Tell = lambda done: None) -> None:
    """A tar, zip or gz archive, by its name.

    Raises UserError("download.damaged_archive", file) where it cannot be read or goes beyond the
    limits, and OSError of the disk; what `tell` raises ends it.
    """
    into.mkdir(parents=True, exist_ok=True)
    counting = _Counting(tell)
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as packed:
                zipped = ((m.filename, m.is_dir(), m) for m in packed.infolist())
                _files(zipped, counting, into, packed.open)
        elif archive.name.endswith((".tar", ".tar.gz", ".tgz")):
            with tarfile.open(archive) as tar:
                members = (m for m in tar if m.isfile() or m.isdir())  # no links, no devices
                _files(((m.name, m.isdir(), m) for m in members), counting, into, tar.extractfile)
        else:
            with gzip.open(archive) as packed_file:
                counting.copy(packed_file, into / archive.name.removesuffix(".gz"))
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, gzip.BadGzipFile, _TooMuch):
        raise UserError("download.damaged_archive", file=archive.name) from None


class _TooMuch(Exception):
    """Beyond the limits, or a name that leads out of the folder."""


class _Counting:
    def __init__(self, tell: Tell) -> None:
        self.tell, self.bytes, self.files = tell, 0, 0

    def copy(self, source: IO[bytes] | gzip.GzipFile, path: Path) -> None:
        self.files += 1
        with path.open("wb") as out:
            while part := source.read(CHUNK):
                self.bytes += len(part)
                if self.bytes > LIMIT_BYTES or self.files > LIMIT_FILES:
                    raise _TooMuch
                out.write(part)
        self.tell(self.bytes)


def _files(
    members: Iterable[tuple[str, bool, Any]],
    counting: _Counting,
    into: Path,
    read: Callable[[Any], Any],
) -> None:
    """Write every member below `into`."""
    root = into.resolve()
    for name, folder, member in members:
        path = (root / name).resolve()
        if root not in (path, *path.parents):
            raise _TooMuch
        if folder:
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        with read(member) as source:
            counting.copy(source, path)
