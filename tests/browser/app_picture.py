"""The picture in README.md: `python -m tests.browser.app_picture` fine-tunes in the app, and looks.

No test can compare it point for point, as those of the other pictures do: fonts, browser and the
seconds of a run are this machine's.  Needs Chromium and tests/requirements.txt.
"""

from __future__ import annotations

import io
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from tests import chromium
from tests.browser.visitor import Visitor
from tests.serving import serving
from tlcore.ground.paths import ASSETS

FILE = ASSETS / "app.png"
SIZE = (1280, 1640)  # px: from the picture of the network to the curves
MOST = 300_000  # bytes
LINK = "/fine_tune?data=garments&train_size=400&freeze=5&lang=en"


def taken() -> Image.Image:
    """The lab after a fine-tune of the last three blocks on 400 garments, 256 colours."""
    with TemporaryDirectory() as place, serving(Path(place)) as server, chromium.tab() as tab:
        if tab is None:
            raise SystemExit(f"no Chromium: none of {', '.join(chromium.NAMES)} is installed")
        wide, tall = SIZE
        context = tab.context.browser.new_context(
            locale="en-GB", viewport={"width": wide, "height": tall}, color_scheme="light"
        )
        visitor = Visitor(context, server, "en")
        visitor.open(LINK).button("run.start").click()
        visitor.status("finished")
        visitor.settled()
        visitor.at("boundary-freeze").evaluate("(grip) => grip.scrollIntoView({ block: 'start' })")
        visitor.at("stMain").evaluate("(main) => main.scrollBy(0, -430)")
        visitor.page.wait_for_timeout(1_000)  # the last points are being drawn
        shot = Image.open(io.BytesIO(visitor.page.screenshot()))
        assert visitor.problems == []
    return shot.convert("RGB").quantize(256, dither=Image.Dither.NONE)


if __name__ == "__main__":
    taken().save(FILE, optimize=True)
    assert FILE.stat().st_size <= MOST, f"{FILE} has {FILE.stat().st_size} bytes"
