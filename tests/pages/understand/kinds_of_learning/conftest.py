"""The page "Kinds of learning", walked through once and asked for without predictions."""

import pytest

from pages.understand.kinds_of_learning import walks
from tests.pages.reader import Reader
from tests.pages.understand.kinds_of_learning.house import PAGE

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
