"""Who comes after another into the same context finds nothing of them, and is heard alone."""

import pytest

from tests.browser.conftest import Lobby
from tests.browser.visitor import WIDE, Visitor

pytestmark = pytest.mark.browser

WRITE = """async () => {
  localStorage.setItem("mine", "1");
  sessionStorage.setItem("mine", "1");
  document.cookie = "mine=1; max-age=3600; path=/";
  await (await caches.open("mine")).put("/mine", new Response("1"));
  await new Promise((done) => { indexedDB.open("mine").onsuccess = done; });
}"""
FOUND = """async () => [
  localStorage.length, sessionStorage.length, document.cookie.includes("mine"),
  (await caches.keys()).length, (await indexedDB.databases()).length,
]"""


def test_the_next_visitor_finds_neither_cookie_nor_storage_of_the_one_before(server, browser):
    lobby, heard = Lobby(browser), []
    one = Visitor(lobby.context("en", WIDE), server, "en").open("/")
    usual = one.page.evaluate(FOUND)  # what the app itself keeps there
    one.page.evaluate(WRITE)
    assert [now == before for now, before in zip(one.page.evaluate(FOUND), usual, strict=True)] == (
        [False] * 5
    )
    (cookie,) = [c for c in one.context.cookies() if c["name"] == "tl_user"]
    one.hear("request", lambda request: heard.append(request))
    one.context.new_page()
    lobby.left(one, "en", WIDE)
    assert one.context.pages == []
    other = Visitor(lobby.context("en", WIDE), server, "en")
    assert other.context is one.context
    assert other.context.cookies() == []
    other.open("/")
    assert other.page.evaluate(FOUND) == usual
    assert cookie["value"] not in [c["value"] for c in other.context.cookies()]
    assert heard == one.problems == []
    other.page.evaluate("() => console.error('said')")
    other.page.wait_for_timeout(50)
    assert len(other.problems) == 1
    assert one.problems == []
    other.context.close()


def test_two_visitors_at_a_time_have_a_context_each_and_a_closed_one_is_not_given_again(
    server, browser
):
    lobby = Lobby(browser)
    one, other = (Visitor(lobby.context("en", WIDE), server, "en") for _ in range(2))
    assert one.context is not other.context
    one.context.close()
    for visitor in (one, other):
        lobby.left(visitor, "en", WIDE)
    assert [lobby.context("en", WIDE) is other.context for _ in range(2)] == [True, False]
    browser.contexts[-1].close()
    other.context.close()
