"""What the static Plotly figures share: colours that hold on light and dark, and a quiet frame.

Nothing in a figure rests on colour alone: a symbol, a dash or a pattern goes with each.
"""

from __future__ import annotations

from typing import Any

COLOURS = ("#0d9488", "#ea580c", "#8b5cf6", "#0284c7", "#ca8a04", "#db2777", "#65a30d")
GREY = "#7c8794"
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "star", "hexagon", "cross", "bowtie")
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
