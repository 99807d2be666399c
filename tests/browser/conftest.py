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


@pytest.fixture
def enter(browser: Any) -> Iterator[Callable[..., Visitor]]:
    """enter(server, language, size) opens a browser of its own: cookies, storage, language."""
    visitors: list[Visitor] = []

    def enter(server: Server, language: str = "en", size: tuple[int, int] = WIDE) -> Visitor:
        context = browser.new_context(
            locale=LOCALES[language], viewport={"width": size[0], "height": size[1]}
        )
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        visitors.append(Visitor(context, server, language))
        return visitors[-1]

    yield enter
    for visitor in visitors:
        visitor.context.close()
    assert [problem for visitor in visitors for problem in visitor.problems] == []


@pytest.fixture
def patient_room(server: Server) -> Iterator[None]:
    """A machine that is busy with other tests expects a long run to take too long."""
    store = Store(server.folder / "store.db")
    store.set_limits(RoomLimits(seconds=3600))
    yield
    store.set_limits(RoomLimits())
    store.close()
