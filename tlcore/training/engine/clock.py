"""Where the seconds of a run went, without those in which its reader held it up."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    def __init__(self) -> None:
        self._began = time.perf_counter()
        self.parts = {"prepare": 0.0, "cache": 0.0, "train": 0.0, "evaluate": 0.0}

    @property
    def t(self) -> float:
        """Seconds since the run began, on the wall."""
        return round(time.perf_counter() - self._began, 6)

    def resume(self, t: float, parts: dict[str, float]) -> None:
        """Go on from where a paused run stood; the pause itself does not count."""
        self._began -= t
        for name, spent in parts.items():
            self.parts[name] += spent

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self.parts[name] += time.perf_counter() - began

    def seconds(self) -> dict[str, float]:
        return {name: round(spent, 6) for name, spent in self.parts.items()} | {"total": self.t}
