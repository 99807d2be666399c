"""Every picture under assets/ is what its command draws today, or says why that cannot be asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pages.ui.frame import icon
from tests.browser import app_picture
from tests.nonempty import files_of
from tlcore import catalog
from tlcore.__main__ import commands
from tlcore.ground.paths import ASSETS, ROOT
from tlcore.making import strips

KINDS = ("png", "svg", "jpg", "jpeg", "webp", "gif", "ico")
SHIPPED = [path for path in files_of(ASSETS, "**/*") if path.suffix.lstrip(".").lower() in KINDS]
PICTURES = [path for path in SHIPPED if path != app_picture.FILE]  # that one is a machine's own
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
    assert card["command"].split()[3] in commands()[1]  # python -m tlcore samples ...
    assert card["origin"].startswith("https://")


def test_every_set_that_is_here_has_its_strip_and_no_other_has() -> None:
    strips_of = {p.name.removesuffix(STRIP) for p in PICTURES if p.name.endswith(STRIP)}
    here = {name for name, row in catalog.datasets().items() if row.source != "download"}
    assert strips_of == here


def test_the_picture_of_the_app_is_of_the_size_its_command_takes_and_stands_in_readme() -> None:
    assert app_picture.FILE in SHIPPED
    assert Image.open(app_picture.FILE).size == app_picture.SIZE
    assert app_picture.FILE.stat().st_size <= app_picture.MOST
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"({app_picture.FILE.relative_to(ROOT).as_posix()})" in readme
