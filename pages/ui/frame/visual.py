"""One visual language: what frozen, kept, new, learning, source, target ... look like everywhere.

A meaning is told by colour, and by a symbol, a dash, a pattern or an icon with it: never by colour
alone.  No other file of ours names a colour (tests/pages/test_visual.py); the components' style
sheets read these as `var(--tl-kept)`, their scripts as `VISUAL`, static figures as `line("kept")`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Meaning:
    """`light` and `dark` are for lines and words, 4.5:1 on the paper of that theme.

    `both` is for a static figure, which is drawn without knowing the theme: 3:1 on either paper.
    `icon` is one of Material's, for ":material/...:".
    """

    light: str
    dark: str
    both: str
    symbol: str
    dash: str
    pattern: str
    icon: str


MEANINGS = {
    # Blocks: starts from the pre-trained weights and does not learn; starts from them and learns;
    # starts anew (a block from scratch, the head, a random network).
    "frozen": Meaning("#4d7195", "#9db4c8", "#6787a6", "square", "longdash", "/", "ac_unit"),
    "kept": Meaning(
        "#0f766e", "#2dd4bf", "#0d9488", "circle", "solid", "", "local_fire_department"
    ),
    "new": Meaning("#7c3aed", "#a78bfa", "#8b5cf6", "star", "dot", ".", "auto_awesome"),
    # Whatever moves, kept or new, where only "learns or not" is told.
    "learning": Meaning("#8f5c06", "#facc15", "#b07808", "triangle-up", "solid", "", "trending_up"),
    # Where knowledge comes from, and the task it goes to.  Validation is measured on the target.
    "source": Meaning("#0369a1", "#38bdf8", "#0284c7", "hexagon", "solid", "x", "inventory_2"),
    "target": Meaning("#c2410c", "#fb923c", "#ea580c", "diamond", "dash", "\\", "my_location"),
    # How near the target is to the source.
    "similar": Meaning("#4d7c0f", "#a3e635", "#5f9a11", "pentagon", "solid", "-", "join_inner"),
    "different": Meaning("#be185d", "#f472b6", "#db2777", "x", "dashdot", "+", "join_right"),
    # What something is compared with: chance, a published value, raw pixels.
    "reference": Meaning("#57626d", "#a5afba", "#7c8794", "line-ew", "dot", "", "straighten"),
}
# Areas of frozen blocks are paler than their lines: many of them stand side by side.
FROZEN_AREA = {"light": "#9db4c8", "dark": "#7f99b2"}
# Things without one of these meanings (families, classes, splits): by order.
SERIES = ("#0d9488", "#ea580c", "#8b5cf6", "#0284c7", "#b07808", "#db2777", "#5f9a11")
RACES = {
    "light": ("#0f766e", "#c2410c", "#7c3aed", "#0369a1", "#a16207", "#be185d"),
    "dark": ("#2dd4bf", "#fb923c", "#a78bfa", "#38bdf8", "#facc15", "#f472b6"),
}
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "star", "hexagon", "cross", "bowtie")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
# Little to much, where a picture of numbers is coloured.
HEAT = {
    "light": ((0, "#f3ecd2"), (0.35, "#a5d3b4"), (0.7, "#2a8f86"), (1, "#0b3a4a")),
    "dark": ((0, "#17323a"), (0.35, "#12635f"), (0.7, "#2dbfae"), (1, "#f4fbd0")),
}
# Streamlit's own theme (.streamlit/config.toml), where its variables do not reach.
PAPER = {"light": "#fdfcf9", "dark": "#12161c"}
INK = {"light": "#1f2933", "dark": "#e6e9ef"}
ON_FULL = {"light": "#ffffff", "dark": "#10151b"}  # words on a full accent


def colour(name: str) -> str:
    """For a static figure."""
    return MEANINGS[name].both


def line(name: str, width: float = 2.5) -> dict[str, Any]:
    """A Plotly `line` with this meaning's dash."""
    return {"color": colour(name), "dash": MEANINGS[name].dash, "width": width}


def marker(name: str, size: float = 9) -> dict[str, Any]:
    """A Plotly `marker` with this meaning's symbol."""
    thin = MEANINGS[name].symbol == "line-ew"  # has no area: drawn by its outline
    outline = {"line": {"width": 2, "color": colour(name)}} if thin else {}
    return {"color": colour(name), "symbol": MEANINGS[name].symbol, "size": size, **outline}


def bar(name: str) -> dict[str, Any]:
    """A Plotly `marker` of bars with this meaning's pattern."""
    pattern = {"shape": MEANINGS[name].pattern, "solidity": 0.25, "fillmode": "overlay"}
    return {"color": colour(name), "pattern": pattern}


def band(name: str, strength: float = 0.18) -> str:
    """The `fillcolor` of an interval around a line."""
    value = colour(name).removeprefix("#")
    return f"rgba({','.join(str(int(value[at : at + 2], 16)) for at in (0, 2, 4))},{strength})"


def script() -> str:
    """The table as a constant for the components' JavaScript."""
    table = {
        theme: {
            "meanings": {name: getattr(m, theme) for name, m in MEANINGS.items()},
            "frozenArea": FROZEN_AREA[theme],
            "races": RACES[theme],
            "heat": HEAT[theme],
            "paper": PAPER[theme],
            "ink": INK[theme],
        }
        for theme in ("light", "dark")
    }
    dashes = {name: meaning.dash for name, meaning in MEANINGS.items()}
    symbols = {name: meaning.symbol for name, meaning in MEANINGS.items()}
    return f"const VISUAL = {json.dumps(table | {'dash': dashes, 'symbol': symbols})};"


def tokens() -> str:
    """The table as CSS variables, which follow the theme by themselves."""
    pairs = {name: (m.light, m.dark) for name, m in MEANINGS.items()}
    pairs["frozen-area"] = (FROZEN_AREA["light"], FROZEN_AREA["dark"])
    for name, pair in (("paper", PAPER), ("ink", INK), ("on-full", ON_FULL)):
        pairs[name] = (pair["light"], pair["dark"])
    lines = [f"--tl-{name}: light-dark({light}, {dark});" for name, (light, dark) in pairs.items()]
    return f":root {{ {' '.join(lines)} }}"
