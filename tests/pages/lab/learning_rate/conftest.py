"""The page on learning rates, asked for without a prediction."""

import pytest

from tests.pages.lab.learning_rate.house import PAGE
from tests.pages.reader import Reader


@pytest.fixture
def page(house):
    """page(language): the reader wants to see everything without a prediction."""

    def page(language="en", cookie="me"):
        house.store.answer(cookie, "rate_strips", None)
        return Reader(PAGE, language, cookie=cookie)

    return page
