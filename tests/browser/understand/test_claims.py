"""Published claims, in a browser: the table, one claim by its link, a seed of it run here."""

import pytest
from playwright.sync_api import expect

from tests.browser import access
from tests.browser.visitor import NARROW, PATIENCE, WIDE
from tlcore.words import i18n

pytestmark = pytest.mark.browser
FEW_TEXTS = 12  # a seed of it costs two CPU seconds


@pytest.mark.parametrize(
    ("language", "window", "seed"), [("en", WIDE, 100), ("ko", NARROW, 101)], ids=i18n.LANGUAGES
)
def test_one_seed_of_a_claim_is_run(server, enter, language, window, seed):
    visitor = enter(server, language, window).open(f"/claims?claim={FEW_TEXTS}&seed={seed}")
    page = visitor.page
    heading = page.get_by_text(visitor.T("claims.overview"), exact=True)
    expect(heading).to_be_visible(timeout=PATIENCE)
    visitor.speaks().fits()
    without = access.violations(page).keys()
    done = visitor.T("claims.live.done", seed=seed, seconds="|", values="|").split("|")[0]
    visitor.begin("claims.live.start", page.get_by_text(done)).speaks().fits()
    assert access.violations(page).keys() - without == set()
    assert visitor.problems == []
