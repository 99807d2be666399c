"""What the static Plotly figures share: a quiet frame, and colours by order (visual.py).

Nothing in a figure rests on colour alone: a symbol, a dash or a pattern goes with each.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable
from typing import Any

from pages.ui.frame import visual

COLOURS, SYMBOLS, GREY = visual.SERIES, visual.SYMBOLS, visual.colour("reference")
CONFIG = {"displayModeBar": False, "scrollZoom": False}  # on a phone a finger scrolls the page
FONT = {"size": 14}
WIDE = 18  # letters of a label before its line breaks: more than half of a phone is for the marks
ALONG = 36  # letters of a line under an axis: a phone's plot is about as wide


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


def broken(label: str, letters: int = WIDE) -> str:
    """A label beside an axis over several lines; a Korean letter takes more room."""
    wide = any(letter >= "\uac00" for letter in label)
    whole = text(label).replace(" = ", "\u00a0=\u00a0")
    lines = textwrap.wrap(whole, 2 * letters // 3 if wide else letters, break_on_hyphens=False)
    return "<br>".join(lines)


def decades(given: Iterable[float]) -> dict[str, Any]:
    """A logarithmic axis around the values, all above 0, with whole numbers at its ticks: Plotly's
    own writes the 2, 3, 5 between two powers of ten without their zeros."""
    values = list(given)
    low, high = min(values) / 1.4, max(values) * 1.4
    digits = (1,) if high > 100 * low else (1, 2, 5)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)))
    ticks = [digit * 10.0**power for power in powers for digit in digits]
    return {
        "type": "log",
        "range": [math.log10(low), math.log10(high)],
        "tickvals": ticks,
        "ticktext": [_short(tick) for tick in ticks],
    }


def _short(value: float) -> str:
    """0.5, 20, 10k, 1M: what a phone has room for."""
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"
