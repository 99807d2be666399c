"""Which tests are quick: all but those that ask for `unhurried`, themselves or through a fixture.

No list of names: who starts a process, opens a port or a page, or trains for more than a moment
says so where it does.
"""

from __future__ import annotations

import pytest


def quick(item: pytest.Item) -> bool:
    return "unhurried" not in getattr(item, "fixturenames", ())


def order(items: list[pytest.Item]) -> None:
    """Files that wait for a browser spread among those that compute: the cores have work while a
    browser waits, and no file of minutes is begun when all others are at their end."""
    files: dict[str, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.nodeid.partition("::")[0], []).append(item)
    waits = [file for file in files.values() if file[0].get_closest_marker("browser")]
    others = [file for file in files.values() if not file[0].get_closest_marker("browser")]
    others.sort(key=len, reverse=True)
    every = max(1, len(others) * 2 // 3 // max(1, len(waits)))  # the last third only computes
    ordered: list[pytest.Item] = []
    for number, file in enumerate(others):
        if number % every == 0 and waits:
            ordered += waits.pop(0)
        ordered += file
    items[:] = [*ordered, *(item for file in waits for item in file)]
