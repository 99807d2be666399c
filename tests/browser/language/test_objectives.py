"""Objectives, in a browser: a gap filled by every model, who sees what, steps that must wait."""

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import NARROW, PATIENCE, WIDE
from tlcore.words import i18n

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("language", "window"), [("en", WIDE), ("ko", NARROW)], ids=i18n.LANGUAGES)
def test_a_gap_is_filled_looked_into_and_timed(server, enter, language, window):
    visitor = enter(server, language, window).open("/objectives")
    page, charts = visitor.page, visitor.at("stPlotlyChart")
    visitor.button("predict.pass").first.click()
    visitor.begin("objectives.ask", charts.first).speaks().fits()
    before = charts.count()
    visitor.button("predict.pass").last.click()
    waits = page.get_by_text(visitor.T("objectives.steps.writing"))
    visitor.begin("objectives.steps.start", waits)
    assert charts.count() > before
    field = page.get_by_label(visitor.T("objectives.sentence"), exact=True)
    field.fill("<img src=x onerror=alert(1)> no gap at all")
    field.blur()
    expect(page.get_by_role("alert").first).to_be_visible(timeout=PATIENCE)
    assert page.locator("img[src=x]").count() == 0
    visitor.settled().speaks().fits()
    assert visitor.problems == []
