"""What the static Plotly figures share: a quiet frame, and colours by order (visual.py).

Nothing in a figure rests on colour alone: a symbol, a dash or a pattern goes with each.
"""

from __future__ import annotations

from typing import Any

from pages.ui import visual

COLOURS, SYMBOLS, GREY = visual.SERIES, visual.SYMBOLS, visual.colour("reference")
CONFIG = {"displayModeBar": False, "scrollZoom": False}  # on a phone a finger scrolls the page
FONT = {"size": 14}


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
