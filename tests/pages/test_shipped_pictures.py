"""Every picture under assets/ is what its command draws today, or says why that cannot be asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pages.ui import icon
from tests.nonempty import files_of
from tlcore import catalog
from tlcore.__main__ import TOOLS
from tlcore.data import strips
from tlcore.paths import ASSETS

KINDS = ("png", "svg", "jpg", "jpeg", "webp", "gif", "ico")
PICTURES = [path for path in files_of(ASSETS, "**/*") if path.suffix.lstrip(".").lower() in KINDS]
STRIP = "-strip.png"  # python -m tlcore strips


def drawn(picture: Path) -> Callable[[], Image.Image] | None:
    """What draws it; None: made of somebody else's pictures, which only a download brings."""
    if picture.name.endswith(STRIP):
        return lambda: strips.strip(picture.name.removesuffix(STRIP))
    return {icon.FILE: icon.draw}.get(picture)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.name)
def test_a_picture_is_what_its_command_draws(picture: Path) -> None:
    shipped = Image.open(picture)
    if draw := drawn(picture):
        again = draw()
        assert shipped.mode == again.mode
        assert np.array_equal(np.asarray(shipped), np.asarray(again))
        return
    card = json.loads(picture.with_suffix(".json").read_text(encoding="utf-8"))
    assert hashlib.sha256(np.asarray(shipped).tobytes()).hexdigest() == card["pixels_sha256"]
    assert card["command"].split()[3] in TOOLS  # python -m tlcore samples ...
    assert card["origin"].startswith("https://")


def test_every_set_that_is_here_has_its_strip_and_no_other_has() -> None:
    strips_of = {p.name.removesuffix(STRIP) for p in PICTURES if p.name.endswith(STRIP)}
    here = {name for name, row in catalog.datasets().items() if row.source != "download"}
    assert strips_of == here
