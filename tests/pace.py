"""Which tests are quick: all but the slow ones, and those that ask for `unhurried` themselves or
through a fixture.

No list of names: who starts a process, opens a port or a page, or trains for more than a moment
says so where it does.  A test that does without saying is told (`begun`): on a slow machine as on
a fast one, where a clock would speak up on one of them only.
"""

from __future__ import annotations

import sys
from typing import Any

import pytest

begun: set[str] = set()  # what the test that runs now has done, its fixtures included


def watch(event: str, told: tuple[Any, ...]) -> None:
    """Python and ports only: `platform` and `ctypes` ask `uname` or `ldconfig`, once, unasked."""
    if event == "os.fork" or (event == "subprocess.Popen" and "python" in str(told[1]).lower()):
        begun.add("starts a process")
    elif event == "socket.bind" and isinstance(told[1], tuple):
        begun.add("opens a port")


def quick(item: pytest.Item) -> bool:
    """`-m quick` takes the place of `-m 'not slow'`: what is slow is not quick."""
    hurries = "unhurried" not in getattr(item, "fixturenames", ())
    return hurries and item.get_closest_marker("slow") is None


def order(items: list[pytest.Item]) -> None:
    """Files that wait for a browser spread among those that start processes or train: the cores
    have work while a browser waits.  Files of quick tests alone come last, seconds each: no worker
    is left alone with a file of minutes when all others are at their end."""
    files: dict[str, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.nodeid.partition("::")[0], []).append(item)
    waits = [file for file in files.values() if file[0].get_closest_marker("browser")]
    others = [file for file in files.values() if not file[0].get_closest_marker("browser")]
    others.sort(key=_unhurried, reverse=True)
    heavy = sum(_unhurried(file) > 0 for file in others)
    every = max(1, heavy * 4 // 5 // max(1, len(waits)))  # the last fifth only computes
    ordered: list[pytest.Item] = []
    for number, file in enumerate(others):
        if number % every == 0 and waits:
            ordered += waits.pop(0)
        ordered += file
    items[:] = [*ordered, *(item for file in waits for item in file)]


def _unhurried(file: list[pytest.Item]) -> int:
    return sum(not quick(item) for item in file)


sys.addaudithook(watch)
