"""Fine-tuning text, in a browser: a fine-tune to its end, names learned and found in a sentence."""

import pytest
from playwright.sync_api import expect

from tests import needs
from tests.browser.visitor import NARROW, PATIENCE, WIDE
from tlcore.words import i18n

pytestmark = [pytest.mark.browser, needs.minilm]


@pytest.mark.parametrize(("language", "window"), [("en", WIDE), ("ko", NARROW)], ids=i18n.LANGUAGES)
def test_an_encoder_is_fine_tuned_to_its_end(server, enter, language, window):
    visitor = enter(server, language, window).open("/fine_tune_text")
    visitor.button("run.start").click()
    visitor.status("finished")
    expect(visitor.page.get_by_text(visitor.T("result.accuracy")).first).to_be_visible()
    visitor.settled().speaks().fits()
    assert visitor.problems == []


@pytest.mark.parametrize(("language", "window"), [("en", WIDE), ("ko", NARROW)], ids=i18n.LANGUAGES)
def test_names_are_learned_and_found_in_a_sentence_that_is_typed(server, enter, language, window):
    visitor = enter(server, language, window).open("/fine_tune_text")
    page = visitor.page
    visitor.begin("heads.start.entities", visitor.at("stPlotlyChart").first)
    field = page.get_by_label(visitor.T("heads.text.entities"), exact=True)
    field.fill(
        f"<img src=x onerror=alert(1)> Ada Lane left Oslo {language} 🙂"
    )  # asked by none yet
    field.blur()
    visitor.settled().button("heads.ask").click()
    marked = page.locator(".tl-marked").filter(has_text="Ada Lane")
    expect(marked.first).to_be_visible(timeout=2 * PATIENCE)
    assert page.locator("img[src=x]").count() == 0
    visitor.settled().speaks().fits()
    field.fill("?!")
    field.blur()
    expect(page.get_by_text(visitor.T("error.heads.no_text").split(".")[0])).to_be_visible()
    assert visitor.problems == []
