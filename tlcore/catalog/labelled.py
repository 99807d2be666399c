"""Labelled texts in their three parts, wherever they come from.  No torch here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Labelled:
    """`labels` are places in the set's classes."""

    texts: tuple[str, ...]
    labels: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class TextSet:
    """`pool`: of these a run draws its training texts."""

    classes: tuple[str, ...]
    pool: Labelled
    val: Labelled
    test: Labelled
