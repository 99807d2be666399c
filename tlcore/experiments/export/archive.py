"""Files that are there whole or not at all, and zip archives whose bytes depend on nothing else."""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

_STORED = ("weights.safetensors", "backbone.safetensors")  # random bits: packing saves 7 %


def put(file: Path, content: bytes) -> Path:
    """Write beside, then rename: a reader never meets half a file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=file.parent, prefix=file.name + ".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)
        os.replace(part, file)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
    return file


def packed(files: Mapping[str, bytes]) -> bytes:
    """A zip in the given order.  No clock and no owner in it: the same files, the same bytes."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))  # the earliest a zip can tell
            entry.external_attr = 0o644 << 16
            stored = name.endswith(_STORED)
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return whole.getvalue()
