"""What only a browser can tell of each page: whom it lets in, its width, its language, what it asks
of whom."""

import pytest
from playwright.sync_api import expect

from pages.ui.frame import navigation
from tests.browser import access
from tests.browser.access import ours
from tests.browser.visitor import NARROW, WIDE
from tests.serving import serving

pytestmark = pytest.mark.browser

PAGES = ["", *(name for name in navigation.PAGES if name != "home")]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_for_everybody_fits_a_phone_and_one_click_changes_its_language(
    server, enter, streamlits_own, page
):
    """For everybody: axe finds nothing that an empty page does not have, and the Tab key reaches
    all that can be worked."""
    visitor = enter(server, "en", WIDE).open(f"/{page}").speaks()
    assert ours(visitor, streamlits_own) == {}
    assert access.unreached(visitor.page) == []
    visitor.page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    visitor.settled().fits()
    visitor.page.get_by_role("radio", name="한국어", exact=True).click()
    expect(visitor.page.locator("html")).to_have_attribute("lang", "ko")
    visitor.language = "ko"
    visitor.settled().speaks().fits()
    visitor.page.reload()
    expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
    visitor.settled().speaks().fits()  # the choice is in the address


def test_a_deep_link_is_the_first_request_to_a_fresh_server(browser, enter, tmp_path):
    with serving(tmp_path) as fresh:  # at its end: Ctrl-C, and no process of ours is left
        visitor = enter(fresh, "en", WIDE).open("/fine_tune?seed=5")
        expect(visitor.heading("lab.title")).to_be_visible()
        assert "not found" not in visitor.page.content().lower()
        visitor.page.get_by_text(visitor.T("lab.more"), exact=True).click()
        seed = visitor.page.get_by_label(visitor.T("field.seed"), exact=True)
        expect(seed).to_have_value("5")
        visitor.context.close()


def test_each_browser_gets_one_cookie_that_scripts_cannot_read(server, enter):
    visitor = enter(server).open("/")
    [cookie] = [c for c in visitor.context.cookies() if c["name"] == "tl_user"]
    assert cookie["httpOnly"]
    assert "tl_user" not in visitor.page.evaluate("() => document.cookie")
    visitor.open("/matrix")
    assert [c for c in visitor.context.cookies() if c["name"] == "tl_user"] == [cookie]


def test_a_visitor_notices_another_host_and_an_error(server, browser):
    """The guard of all tests here sees what it is there to see."""
    from tests.browser.visitor import Visitor

    with browser.new_context() as context:
        visitor = Visitor(context, server, "en").open("/")
        assert visitor.problems == []
        visitor.page.evaluate("() => fetch('http://192.0.2.77/x').catch(() => 0)")
        visitor.page.evaluate("() => { setTimeout(() => { throw new Error('ours') }) }")
        visitor.page.wait_for_timeout(50)
        visitor.page.evaluate("() => console.error('said')")
        told = " ".join(visitor.problems)
        assert "http://192.0.2.77/x" in told
        assert "ours" in told
        assert "said" in told
