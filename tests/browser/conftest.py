"""Visitors: each test opens as many as it needs; at its end none may have had cause to complain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.empty_page import streamlits_own  # noqa: F401 (a fixture)
from tests.browser.visitor import WIDE, Visitor
from tests.serving import Server
from tlcore.runs.limits import RoomLimits
from tlcore.runs.store.store import Store

LOCALES = {"en": "en-GB", "ko": "ko-KR"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two cores carry two browsers, their servers and workers: what waited too long is tried once
    more.  A fault that is there every time still fails; the log says R for each second try."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


class Lobby:
    """Contexts of the browser, one for each visitor that a test lets in at the same time.

    Whoever left takes cookies and storage along and leaves the cache: the scripts of the app, which
    a new context would fetch and compile once more for each page.
    """

    def __init__(self, browser: Any) -> None:
        self.browser = browser
        self.free: dict[tuple[str, tuple[int, int]], list[Any]] = {}

    def context(self, language: str, size: tuple[int, int]) -> Any:
        if waiting := self.free.get((language, size)):
            return waiting.pop()
        context = self.browser.new_context(
            locale=LOCALES[language], viewport={"width": size[0], "height": size[1]}
        )
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        return context

    def left(self, visitor: Visitor, language: str, size: tuple[int, int]) -> None:
        """A test may have turned the visitor to another language, the context is as it was."""
        if visitor.leave():
            self.free.setdefault((language, size), []).append(visitor.context)


@pytest.fixture(scope="session")
def lobby(browser: Any) -> Lobby:
    return Lobby(browser)


@pytest.fixture
def enter(lobby: Lobby) -> Iterator[Callable[..., Visitor]]:
    """enter(server, language, size) opens a browser of its own: cookies, storage, language."""
    visitors: list[tuple[Visitor, str, tuple[int, int]]] = []

    def enter(server: Server, language: str = "en", size: tuple[int, int] = WIDE) -> Visitor:
        visitor = Visitor(lobby.context(language, size), server, language)
        visitors.append((visitor, language, size))
        return visitor

    yield enter
    for visitor, language, size in visitors:
        lobby.left(visitor, language, size)
    assert [problem for visitor, *_ in visitors for problem in visitor.problems] == []


@pytest.fixture
def patient_room(server: Server) -> Iterator[None]:
    """A machine that is busy with other tests expects a long run to take too long."""
    store = Store(server.folder / "store.db")
    store.set_limits(RoomLimits(seconds=3600))
    yield
    store.set_limits(RoomLimits())
    store.close()
