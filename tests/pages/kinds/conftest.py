"""The page "Kinds of learning", walked through once and asked for without predictions."""

import pytest

from pages.ui import walks
from tests.pages.kinds.house import PAGE
from tests.pages.reader import Reader

QUESTIONS = ("kinds_groups", "kinds_maze", "kinds_rotation")


@pytest.fixture(scope="module", autouse=True)
def walked():
    """Every maze once: a page finds what was walked before."""
    for choice in walks.CHOICES:
        walks.race(choice)


@pytest.fixture
def page(house):
    """page(language): the reader wants to see everything without a prediction."""

    def page(language="en", cookie="me"):
        for question in QUESTIONS:
            house.store.answer(cookie, question, None)
        return Reader(PAGE, language, cookie=cookie)

    return page
