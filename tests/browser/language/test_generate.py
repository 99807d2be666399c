"""Generating, in a browser: a prediction, a prompt mistyped and typed, a run begun and stopped."""

import pytest
from playwright.sync_api import expect

from tests.browser import access
from tests.browser.visitor import NARROW, PATIENCE, WIDE
from tlcore.words import i18n

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("language", "window"), [("en", WIDE), ("ko", NARROW)], ids=i18n.LANGUAGES)
def test_a_prompt_is_predicted_and_typed_anew(server, enter, language, window):
    visitor = enter(server, language, window).open("/generate")
    page = visitor.page
    without = access.violations(page).keys()
    visitor.button("predict.pass").first.click()
    expect(visitor.button("generate.start")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("radio", name=visitor.T("predict.generate_plain.option.1")).check(force=True)
    visitor.button("predict.say").click()
    expect(visitor.button("generate.prompting.start")).to_be_visible(timeout=PATIENCE)
    field = page.get_by_label(visitor.T("generate.own.examples"), exact=True)
    field.fill("<img src=x onerror=alert(1)>")
    field.blur()
    told = visitor.T("error.generate.line", line="<img src=x onerror=alert(1)>")
    expect(page.get_by_text(told)).to_be_visible(timeout=PATIENCE)
    assert page.locator("img[src=x]").count() == 0
    visitor.settled()
    lines = ["salmon: *window*", "oak: radio"]
    if language == "ko":  # what was asked once is answered without a button
        lines.reverse()
    field.fill("\n".join(lines))
    field.blur()
    visitor.button("generate.own.start").click()
    prompt = page.get_by_text(f"{', '.join(lines)}, pear:")
    expect(prompt).to_be_visible(timeout=3 * PATIENCE)
    visitor.settled().speaks().fits()
    assert access.violations(page).keys() - without == set()
    assert visitor.problems == []


def test_a_fine_tune_begins_and_stops(server, enter):
    visitor = enter(server, "en", WIDE).open("/generate")
    visitor.button("predict.pass").first.click()
    visitor.button("generate.start").click()
    visitor.button("run.stop").click()
    expect(visitor.button("generate.start")).to_be_visible(timeout=PATIENCE)
    visitor.settled().speaks().fits()
    assert visitor.problems == []
