"""Access beyond a page's first sight (test_each_page): results, dark paper, the keyboard."""

import pytest
from playwright.sync_api import expect

from tests.browser import access
from tests.browser.access import ours
from tests.browser.visitor import NARROW
from tlcore.words import i18n

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_axe_finds_nothing_on_pages_with_results_on_dark_paper_and_on_a_phone(
    server, enter, streamlits_own, language
):
    visitor = enter(server, language).open("/fine_tune?epochs=2")
    visitor.button("run.start").click()
    expect(visitor.heading("result.title")).to_be_visible(timeout=60_000)
    assert ours(visitor, streamlits_own) == {}
    visitor.page.emulate_media(color_scheme="dark")
    visitor.page.reload()
    expect(visitor.heading("result.title")).to_be_visible(timeout=60_000)
    assert ours(visitor, streamlits_own) == {}
    visitor.page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    for page in ("runs", "matrix", "backbones"):
        assert ours(visitor.open(f"/{page}"), streamlits_own) == {}, page


def test_a_run_is_begun_and_stopped_by_the_keyboard_alone(server, enter, patient_room):
    # Minutes: with the usual 40 pictures it was over before the Tab key had walked to the button.
    visitor = enter(server).open("/fine_tune?freeze=0&epochs=200&train_size=300")
    for key, words in (("run.start", "Enter"), ("run.stop", "Space")):
        button = visitor.button(key)
        expect(button).to_be_enabled()
        for _ in range(150):
            visitor.page.keyboard.press("Tab")
            if button.evaluate("(e) => e === document.activeElement"):
                break
        visitor.page.keyboard.press(words)
        visitor.settled()
    visitor.status("cancelled")


def test_the_eyes_of_these_tests_are_open(browser):
    """axe sees a picture without words; the Tab key does not reach what refuses it."""
    with browser.new_context() as context:
        page = context.new_page()
        page.set_content(
            "<html lang=en><title>t</title><main><h1>t</h1><img src=x>"
            "<button id=a>a</button><button id=b onfocus='this.blur()'>b</button></main>"
        )
        assert ("image-alt", "") in access.violations(page)
        assert access.unreached(page) == ["button b"]
