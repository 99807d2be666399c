"""The page of fine-tuning texts without a prediction, its encoder there."""

from __future__ import annotations

import pytest

from tests.pages.reader import Reader
from tlcore.catalog import packaged

PAGE = "fine_tune_text"


@pytest.fixture(autouse=True)
def installed(monkeypatch):
    """The package is there, whatever this machine has: nothing here loads its weights."""
    monkeypatch.setattr(packaged, "present", lambda name: True)


@pytest.fixture(name="page")
def unguessed(house):
    def page(language="en", cookie="me"):
        house.store.answer(cookie, "text_layers", None)
        return Reader(PAGE, language, cookie=cookie)

    return page


def waiting(house, kind):
    return [run_id for run_id in house.waiting() if house.run(run_id).kind == kind]
