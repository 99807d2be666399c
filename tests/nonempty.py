"""Files by pattern, for tests: a pattern that finds nothing fails instead of passing everything."""

from __future__ import annotations

from pathlib import Path


def files_of(place: Path, *patterns: str) -> list[Path]:
    """Everything below `place` that a pattern names ("**/*.py": at any depth), in order.

    Raises AssertionError, which tells the pattern that finds nothing."""
    files: set[Path] = set()
    for pattern in patterns:
        some = set(place.glob(pattern))
        assert some, f"nothing in {place} is called {pattern}: it moved, or was renamed"
        files |= some
    return sorted(files)
