"""One thing that a run says of itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Reading:
    """`key` is a text under `reading.`, its rule one under `reading.<key>.rule`; `values` fill
    both, numbers as they are to be read."""

    key: str
    values: dict[str, Any] = field(default_factory=dict)


def percent(share: float) -> str:
    return f"{100 * share:.2g}%"


def short(number: float) -> str:
    """Three digits that a reader can compare: 0.0213, 0.213, 2.13, 213, 93,977."""
    return f"{number:,.0f}" if abs(number) >= 1_000 else f"{number:.3g}"


def listed(names: Iterable[str]) -> str:
    return ", ".join(names)
