"""Who sits at the server, how many other devices there are, and whom a cookie names."""

import secrets
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.runtime.context import StreamlitCookies, StreamlitHeaders

from pages.ui.runs import runs
from pages.ui.server import address as server_address
from pages.ui.server import host, presence, server, visitors
from tests import loops

OWN = "192.0.2.7"


class Visit:
    """What Streamlit tells of a session."""

    def __init__(self, peer=None, page="http://localhost:8501", cookies=None, **headers):
        told = {"Host": page.split("//")[1], "Origin": page, **headers}
        self.headers = StreamlitHeaders([(k.replace("_", "-"), v) for k, v in told.items() if v])
        self.cookies = StreamlitCookies(cookies or {})
        self.ip_address = peer  # None is what Streamlit says for loopback
        self.url = page + "/"
        self.locale = "en"


@pytest.fixture
def visit(monkeypatch):
    monkeypatch.setattr(host, "own_addresses", lambda: frozenset({"127.0.0.1", OWN, "fe80::1"}))
    monkeypatch.setattr(presence, "_seen", set())

    def visit(*args, **kwargs):
        monkeypatch.setattr(st, "context", Visit(*args, **kwargs))

    return visit


@pytest.mark.parametrize(
    ("peer", "page"),
    [
        (None, "http://localhost:8501"),
        (None, "http://127.0.0.1:8501"),
        (None, "http://[::1]:8501"),
        (OWN, f"http://{OWN}:8501"),
        ("::ffff:127.0.0.1", "http://localhost:8501"),
        (f"::ffff:{OWN}", f"http://{OWN}:8501"),
        (None, "http://localhost:9000"),  # a tunnel of somebody who has an account here
    ],
)
def test_who_connects_from_this_machine_sits_at_the_server(visit, peer, page):
    visit(peer, page)
    assert host.at_the_server()


@pytest.mark.parametrize("peer", ["192.0.2.8", "::ffff:192.0.2.8", "fe80::2", "testclient"])
def test_another_device_does_not_sit_at_the_server(visit, peer):
    visit(peer, f"http://{OWN}:8501")
    assert not host.at_the_server()
    visit(peer, "http://localhost:8501")  # what a browser says of itself is no proof
    assert not host.at_the_server()


@pytest.mark.parametrize(
    "header", ["X_Forwarded_For", "x_forwarded_for", "Forwarded", "X_Real_IP", "Via"]
)
def test_behind_a_proxy_nobody_sits_at_the_server(visit, header):
    visit(None, "http://localhost:8501", **{header: "192.0.2.8"})
    assert not host.at_the_server()
    visit(OWN, f"http://{OWN}:8501", **{header: "127.0.0.1"})
    assert not host.at_the_server()


def test_a_foreign_name_in_the_address_is_not_this_machine(visit):
    """A proxy that adds no header, or a name somebody made to point here."""
    visit(None, "http://lab.example.org")
    assert not host.at_the_server()
    visit(None, "http://lab.example.org", Host="127.0.0.1:8501")
    assert not host.at_the_server()


def test_a_session_whose_browser_has_gone_sits_nowhere(house):
    assert len(st.context.headers) == 0
    assert not host.at_the_server()


def test_the_cards_of_this_machine_are_its_own():
    host._own = (-host.LOOK_AGAIN, frozenset())
    assert "127.0.0.1" in host.own_addresses()
    if found := server_address.network_address():
        assert found in host.own_addresses()


def test_other_devices_are_counted_once_each_and_not_the_server(visit):
    visit(None)
    presence.came()
    assert presence.devices() == 0
    for cookie in ("ada", "bob", "ada"):
        visit(
            "192.0.2.8", f"http://{OWN}:8501", {visitors.COOKIE: visitors.signed(cookie * 7 + "x")}
        )
        presence.came()
    assert presence.devices() == 2
    visit("192.0.2.9", f"http://{OWN}:8501")  # no cookies there
    presence.came()
    assert presence.devices() == 3
    assert not [mark for mark in presence._seen if b"192" in mark or b"ada" in mark]


def test_a_flood_of_cookies_does_not_fill_the_memory(visit, monkeypatch):
    monkeypatch.setattr(presence, "MOST", 5)
    for cookie in range(20):
        given = visitors.signed(f"{cookie:022}")
        visit("192.0.2.8", f"http://{OWN}:8501", {visitors.COOKIE: given})
        presence.came()
    assert presence.devices() == 5


def test_the_address_for_others_is_that_of_the_network(visit, monkeypatch):
    monkeypatch.setattr(server_address, "network_address", lambda: OWN)
    visit(None, "http://localhost:8501")
    assert server_address.for_others() == f"http://{OWN}:8501"
    visit(None, "http://10.0.0.5:8501")  # opened by another of its addresses: that one works
    assert server_address.for_others() == "http://10.0.0.5:8501"
    visit(None, "https://lab.example.org")
    assert server_address.for_others() == "https://lab.example.org"


def test_where_there_is_no_network_there_is_no_address(visit, monkeypatch):
    monkeypatch.setattr(server_address, "network_address", lambda: None)
    visit(None, "http://localhost:8501")
    assert server_address.for_others() is None


def test_the_language_of_the_last_visit_comes_before_that_of_the_browser(visit, monkeypatch):
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(st, "query_params", {})
    visit(None, cookies={"tl_lang": "ko"})
    from tests.pages.reader import in_a_page as language

    assert language() == "ko"
    monkeypatch.setattr(st, "query_params", {"lang": "en"})
    assert language() == "en"
    monkeypatch.setattr(st, "query_params", {})
    visit(None, cookies={"tl_lang": "xx"})
    assert language() == "en"


@pytest.mark.parametrize("forged", ["", "profile", "x" * 5000, "\ufffd" * 22, "a b" * 7 + "c"])
def test_a_cookie_that_the_app_has_not_made_names_nobody(forged, monkeypatch):
    state = {}
    context = SimpleNamespace(cookies={visitors.COOKIE: forged}, headers={})
    monkeypatch.setattr(runs, "st", SimpleNamespace(context=context, session_state=state))
    assert runs.user() == state["user"] != forged
    given = secrets.token_urlsafe(16)
    context.cookies[visitors.COOKIE] = given
    assert runs.user() == state["user"]  # of the right form, but nobody has signed it
    context.cookies[visitors.COOKIE] = visitors.signed(given)
    assert runs.user() == given


@pytest.mark.parametrize("given", ["", "profile", "a" * 22, "a" * 22 + "." + "b" * 22, "signed"])
def test_a_browser_whose_cookie_names_nobody_is_given_one(given, house):
    told = []
    sent = given != "signed"
    given = given if sent else visitors.signed("a" * 22)

    async def page(scope, receive, send):
        headers = [(b"content-type", b"text/html")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})

    async def send(message):
        told.extend(name for name, _ in message["headers"])

    cookie = f"{visitors.COOKIE}={given}".encode()
    scope = {"type": "http", "client": ("10.0.0.9", 1), "headers": [(b"cookie", cookie)]}
    loops.run(server.UserCookie(page)(scope, None, send))
    assert (b"set-cookie" in told) == sent
