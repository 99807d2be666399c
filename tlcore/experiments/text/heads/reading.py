"""What the runs on other heads say, and what shapes heads have.  No torch here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tlcore.data.texts.marking import KINDS


@dataclass(frozen=True)
class Shape:
    """`reads` and `says`: shapes, N texts of T pieces, D numbers each."""

    name: str
    reads: str
    says: str
    parameters: int


def shapes(width: int, classes: int = 2) -> list[Shape]:
    """One label a text, one label a piece, a start and an end.

    The last has no biases: added to every piece alike, a bias moves no softmax over pieces.
    """
    labels = len(KINDS) + 1
    return [
        Shape("text", f"(N, {width})", f"(N, {classes})", classes * (width + 1)),
        Shape("entities", f"(N, T, {width})", f"(N, T, {labels})", labels * (width + 1)),
        Shape("questions", f"(N, T, {width})", "(N, T, 2)", 2 * width),
    ]


def verdict(way: Mapping[str, Any]) -> Literal["ahead", "behind", "open"]:
    """Of a way against what stands in its `over`: only what its interval leaves no doubt of."""
    if way["over"]["low"] > 0:
        return "ahead"
    return "behind" if way["over"]["high"] < 0 else "open"
