"""What the static Plotly figures share: a quiet frame, and colours by order (visual.py).

Nothing in a figure rests on colour alone: a symbol, a dash or a pattern goes with each.
"""

from __future__ import annotations

import textwrap
from typing import Any

from pages.ui import visual

COLOURS, SYMBOLS, GREY = visual.SERIES, visual.SYMBOLS, visual.colour("reference")
CONFIG = {"displayModeBar": False, "scrollZoom": False}  # on a phone a finger scrolls the page
FONT = {"size": 14}
WIDE = 18  # letters of a label before its line breaks: more than half of a phone is for the marks


def layout(height: int, x: dict[str, Any], y: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A figure that is read, not zoomed; `height` in px."""
    axis = {"fixedrange": True, "automargin": True, "tickfont": FONT, "zeroline": False}
    return {
        "height": height,
        "margin": {"l": 12, "r": 12, "t": 12, "b": 12},
        "dragmode": False,
        "font": FONT,
        "xaxis": {**axis, **x},
        "yaxis": {**axis, **y},
        **more,
    }


def title(text: str) -> dict[str, Any]:
    """Of an axis."""
    return {"text": text, "font": FONT}


def text(name: str) -> str:
    """Plotly reads a few HTML tags in its texts; a name that a reader typed is none."""
    return name.replace("&", "&amp;").replace("<", "&lt;")


def broken(label: str) -> str:
    """A label beside an axis over several lines; a Korean letter is as wide as two."""
    wide = any(letter >= "\uac00" for letter in label)
    whole = text(label).replace(" = ", "\u00a0=\u00a0")
    return "<br>".join(textwrap.wrap(whole, 2 * WIDE // 3 if wide else WIDE))
