"""Visitors: each test opens as many as it needs; at its end none may have had cause to complain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.visitor import WIDE, Visitor
from tests.serving import Server

LOCALES = {"en": "en-GB", "ko": "ko-KR"}


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
