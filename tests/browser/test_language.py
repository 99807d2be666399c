"""Words in context, in a browser: a prediction, a slider walked by keys, a sentence typed."""

import pytest
from playwright.sync_api import expect

from tests import needs
from tests.browser import access
from tests.browser.visitor import NARROW, PATIENCE, WIDE
from tlcore.words import i18n

pytestmark = [
    pytest.mark.browser,
    needs.minilm,
]


@pytest.mark.parametrize(("language", "window"), [("en", WIDE), ("ko", NARROW)], ids=i18n.LANGUAGES)
def test_two_banks_are_predicted_walked_through_the_layers_and_typed_anew(
    server, enter, language, window
):
    visitor = enter(server, language, window).open("/words_in_context")
    page = visitor.page
    page.get_by_role("radio", name=visitor.T("predict.words_two.option.2")).check(force=True)
    visitor.button("predict.say").click()
    expect(page.get_by_text(visitor.T("words.reading.static"))).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text(visitor.T("words.map.static", n=6))).to_be_visible()
    visitor.turn(visitor.T("words.view"), "ArrowRight", presses=4)  # static, 0, 1, 2, 3
    expect(page.get_by_text("2 · 4")).to_be_visible()
    visitor.speaks().fits()
    field = page.get_by_label(visitor.T("words.sentences"), exact=True)
    field.fill("the bank\n<img src=x onerror=alert(1)> bank 🙂")
    field.blur()
    expect(page.get_by_text(visitor.T("words.line.every")).first).to_be_visible(timeout=PATIENCE)
    assert page.locator("img[src=x]").count() == 0
    field.fill("the shore")
    field.blur()
    told = visitor.T("error.words.nowhere", word="bank").split(".")[0]
    expect(page.get_by_text(told)).to_be_visible(timeout=PATIENCE)
    visitor.settled().speaks().fits()
    assert visitor.problems == []


def test_every_sense_is_measured_by_one_click(server, enter):
    visitor = enter(server, "en", WIDE).open("/words_in_context")
    without = access.violations(visitor.page).keys()
    visitor.page.get_by_role("button", name=visitor.T("words.senses.start")).click()
    expect(visitor.page.get_by_text("97.5%")).to_be_visible(timeout=PATIENCE)
    visitor.button("predict.pass").click()
    expect(visitor.at("stPlotlyChart")).to_have_count(4, timeout=PATIENCE)
    expect(visitor.at("stProgress")).to_have_count(0, timeout=PATIENCE)
    visitor.settled().speaks().fits()
    assert access.violations(visitor.page).keys() - without == set()
    assert access.unreached(visitor.page) == []
