"""Access: axe finds nothing beyond an empty Streamlit page, and the keyboard reaches everything."""

import contextlib
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import access
from tests.browser.test_each_page import PAGES
from tests.browser.visitor import NARROW
from tests.serving import START, free_port
from tlcore.words import i18n

pytestmark = pytest.mark.browser
QUIET = (  # asks no other host
    "--server.headless=true",
    "--browser.gatherUsageStats=false",
    "--logger.hideWelcomeMessage=true",
)


@pytest.fixture(scope="module")
def streamlits_own(browser):
    """(rule, element) that a page has on which nothing of ours stands."""
    port = free_port()
    script = Path(__file__).with_name("empty.py")
    words = ("-m", "streamlit", "run", script.name, f"--server.port={port}", *QUIET)
    process = subprocess.Popen([sys.executable, *words], cwd=script.parent)
    try:
        _answers(f"http://127.0.0.1:{port}/_stcore/health")
        with browser.new_context() as context:
            page = context.new_page()
            page.goto(f"http://127.0.0.1:{port}")
            expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=60_000)
            expect(page.get_by_test_id("stFileUploaderDropzone")).to_be_visible(timeout=60_000)
            wide = set(access.violations(page))
            page.set_viewport_size({"width": 390, "height": 844})
            expect(page.get_by_test_id("stTopNav")).to_have_count(0)
            yield wide | set(access.violations(page))
    finally:
        process.terminate()
        process.wait(10)


def _answers(address):
    began = time.monotonic()
    while time.monotonic() - began < START:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(address, timeout=2).close()
            return
        time.sleep(0.1)
    raise AssertionError(f"{address} does not answer")


def ours(visitor, streamlits_own):
    """What axe finds when all is drawn and no run is on its way: what waits is shown faded."""
    drawn(visitor)
    found = access.violations(visitor.page)
    return {rule: told for rule, told in found.items() if rule not in streamlits_own}


def drawn(visitor):
    expect(visitor.at("stProgress")).to_have_count(0, timeout=60_000)
    expect(visitor.at("stSkeleton")).to_have_count(0, timeout=60_000)
    visitor.settled()
    return visitor


@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing_that_an_empty_page_does_not_have_and_tab_reaches_everything(
    server, enter, streamlits_own, page
):
    visitor = enter(server).open(f"/{page}")
    assert ours(visitor, streamlits_own) == {}
    assert access.unreached(visitor.page) == []


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
