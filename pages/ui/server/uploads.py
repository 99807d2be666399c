"""Pictures that readers bring: kept as they came, under the name of their bytes.

Nothing here opens one: a picture is decoded in a worker only, so that a hostile file cannot reach
the process that serves everybody.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

from pages.ui.frame.speech import T
from pages.ui.runs import runs
from pages.ui.server import by_address
from pages.ui.server.hourly import Hourly
from tlcore.data.own import picture
from tlcore.ground import bounds, paths
from tlcore.ground.disk import disk_trouble
from tlcore.ground.errors import UserError

KINDS = list(picture.SUFFIXES)
MOST = 20  # MB, as in .streamlit/config.toml
_visitors, _addresses = Hourly(), Hourly()


def keep(data: bytes) -> str:
    """Write the bytes unless they are there; returns their sha256, the name of the file.

    A file lives a day (tlcore.runs.housekeeping); what is uploaded again lives another.
    Raises UserError "picture.heavy", "picture.many", "store.full" or "store.unwritable".
    """
    if len(data) > MOST * 2**20:
        raise UserError("picture.heavy", limit=MOST)
    name = hashlib.sha256(data).hexdigest()
    folder = paths.data_dir() / "uploads"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            os.utime(folder / name)
        except FileNotFoundError:
            _check_room(folder, len(data))
            with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
                file.write(data)
            os.replace(file.name, folder / name)  # whole or not at all
    except OSError as error:
        reason = error.strerror or "?"
        told = disk_trouble(error, folder)
        raise told or UserError("store.unwritable", path=str(folder), reason=reason) from None
    return name


def _check_room(folder: Path, size: int) -> None:
    """A browser that deletes its uploads at once would fill the disk for a day all the same."""
    lying = 0
    for file in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):  # another's got its name meanwhile
            lying += file.stat().st_size
    here = by_address.source()
    if (
        lying + size > bounds.ALL_SHOWN
        or not _visitors.may(runs.user(), size, bounds.VISITOR_SHOWN)
        or (here is not None and not _addresses.may(here, size, bounds.ADDRESS_SHOWN))
    ):
        raise UserError("picture.many")


def in_words(button: str, kinds: str) -> str:
    """Streamlit's uploader knows English only, and has no argument for its words: a style sheet
    puts the texts under these two keys in their place."""
    box = '[data-testid="stFileUploaderDropzone"]'
    named = {f"{box} > span button p": button}
    named[f'{box} [data-testid="stFileUploaderDropzoneInstructions"] span'] = kinds
    rules = (
        f"{place} {{ font-size: 0 !important; }} {place}::after "
        f'{{ content: "{T(key, most=MOST)}"; font-size: 0.94rem; }}'
        for place, key in named.items()
    )
    return f"<style>{' '.join(rules)}</style>"
