"""Files by pattern, for tests: a pattern that finds nothing fails instead of passing everything."""

from __future__ import annotations

from pathlib import Path


def found(place: Path, *patterns: str, but: str = "") -> list[Path]:
    """Everything below `place` that a pattern names ("**/*.py": at any depth), in order, without
    files called `but`.  Raises AssertionError naming the pattern that finds nothing."""
    files: set[Path] = set()
    for pattern in patterns:
        some = {path for path in place.glob(pattern) if path.name != but}
        assert some, f"nothing in {place} is called {pattern}: it moved, or was renamed"
        files |= some
    return sorted(files)
