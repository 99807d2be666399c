"""A visitor with a real browser: what they see, and what their browser complains of."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Error, Locator, expect

from pages.ui.server.address import network_address
from tests.serving import Server
from tlcore.words import i18n

# Streamlit asks for these beside each page's address first, and finds them at the root.
STREAMLITS_OWN = re.compile(r"/\w+/_stcore/(host-config|health)$")
HERE = {"127.0.0.1", "localhost", network_address()}
KEPT = "local_storage,indexeddb,cache_storage,service_workers,file_systems"
OVER = """() => [document.documentElement, document.querySelector('[data-testid="stMain"]')]
  .map((e) => e.scrollWidth - e.clientWidth)"""
PATIENCE = 150_000.0  # ms; a run on a slow machine that is busy with other tests
ENGLISH = re.compile(r"[A-Za-z]{4,}")
WIDE, NARROW = (1440, 900), (390, 844)

expect.set_options(timeout=30_000)  # two cores: tests, the app and its workers share them


class Visitor:
    """One browser context with one page."""

    def __init__(self, context: BrowserContext, server: Server, language: str) -> None:
        self.server, self.language = server, language
        self.context, self.page = context, context.new_page()
        self.problems: list[str] = []
        self.origins: set[str] = set()
        self._heard: list[tuple[Any, str, Callable[[Any], Any]]] = []
        self.page.set_default_timeout(PATIENCE)
        self.hear("request", lambda request: self._asked(request.url))
        self._hear(self.page, "websocket", lambda socket: self._asked(socket.url))
        complain = self.problems.append
        self._hear(self.page, "pageerror", lambda error: complain(f"exception: {error}"))
        self._hear(self.page, "console", self._said)

    def hear(self, event: str, told: Callable[[Any], Any]) -> None:
        """Of every page of this visitor, until the visitor leaves."""
        self._hear(self.context, event, told)

    def _hear(self, of: Any, event: str, told: Callable[[Any], Any]) -> None:
        of.on(event, told)
        self._heard.append((of, event, told))

    def leave(self) -> bool:
        """Nothing of this visitor stays but what the browser has fetched; False where the context
        cannot be another's: a test closed it, or its page fell."""
        for of, event, told in self._heard:
            of.remove_listener(event, told)
        try:
            page, *others = self.context.pages
            for other in others:
                other.close()
            page.goto("about:blank")  # from here on no script of ours writes anything
            session = self.context.new_cdp_session(page)
            for origin in self.origins:
                asked = {"origin": origin, "storageTypes": KEPT}
                session.send("Storage.clearDataForOrigin", asked)
            self.context.clear_cookies()
            page.close()
        except (Error, ValueError):
            with contextlib.suppress(Error):
                self.context.close()
            return False
        return True

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme.startswith("http"):
            self.origins.add(f"{parts.scheme}://{parts.netloc}")
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in HERE:
            self.problems.append(f"asked another host: {url}")

    def _said(self, message: Any) -> None:
        where = message.location.get("url", "")
        if message.type == "error" and not STREAMLITS_OWN.search(where):
            self.problems.append(f"console: {message.text} {where}")

    def T(self, key: str, **values: Any) -> str:
        return i18n.t(key, self.language, **values)

    def open(self, address: str) -> Visitor:
        """`address` is a path of this server, or a whole link."""
        whole = address if address.startswith("http") else self.server.url + address
        self.page.goto(whole)
        expect(self.page.get_by_role("heading", level=1)).to_be_visible(timeout=PATIENCE)
        return self.settled()

    def settled(self) -> Visitor:
        """The script has run to its end."""
        app = self.page.get_by_test_id("stApp")
        expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=PATIENCE)
        return self

    def at(self, test_id: str) -> Locator:
        return self.page.get_by_test_id(test_id)

    def button(self, key: str) -> Locator:
        """A button by its words; Streamlit has a "Stop" of its own beside a script that runs."""
        ours = self.page.locator(':not([data-testid="stBaseButton-header"])')
        return self.page.get_by_role("button", name=self.T(key), exact=True).and_(ours)

    def begin(self, key: str, answer: Locator) -> Visitor:
        """Start an experiment whose answer stays; who comes after another finds it there."""
        start = self.button(key)
        expect(start.or_(answer).first).to_be_visible(timeout=PATIENCE)
        if not answer.count():
            start.click()
        expect(answer).to_be_visible(timeout=3 * PATIENCE)
        return self.settled()

    def raced(self) -> Visitor:
        """The race of Why transfer?, three epochs long and without a guess, at its end."""
        self.open(f"/why_transfer?lang={self.language}")
        self.page.get_by_role("radio", name=self.T("why.epochs.3")).first.click()
        self.page.wait_for_timeout(300)  # the radio is on its way to a script that has to start
        self.settled().button("predict.pass").first.click()
        start = self.button("why.start")
        with contextlib.suppress(AssertionError):
            expect(start).to_be_enabled(timeout=15_000)
        if not start.count() or not start.is_enabled():  # drawn anew under the click, it was lost
            self.button("predict.pass").first.click()
        start.click()
        expect(self.page.get_by_text(self.T("why.one_run"))).to_be_visible(timeout=PATIENCE)
        return self

    def heading(self, key: str) -> Locator:
        return self.page.get_by_role("heading", name=self.T(key), exact=True)

    def status(self, *names: str) -> None:
        """Wait for the live header to tell one of these."""
        pattern = re.compile(f"^({'|'.join(names)})$")
        expect(self.at("live-status")).to_have_attribute("data-status", pattern, timeout=PATIENCE)

    def fits(self) -> Visitor:
        """Nothing reaches over the right edge, once what follows the window's width has done so."""
        with contextlib.suppress(Error):
            fits = f"({OVER})().every((pixels) => pixels === 0)"
            self.page.wait_for_function(fits, timeout=10_000, polling=100)
        wide = self.page.evaluate(OVER)
        assert wide == [0, 0], f"{self.page.url} is wider than the window"
        return self

    def speaks(self) -> Visitor:
        """The page says which language it is in, and holds to it."""
        expect(self.page.locator("html")).to_have_attribute("lang", self.language)
        lines = self.page.get_by_test_id("stMain").inner_text().splitlines()
        prefixes = "|".join(sorted({key.split(".")[0] for key in i18n.texts("en")}))
        assert [x for x in lines if re.search(rf"\b({prefixes})\.[a-z_]+\b", x)] == []
        assert [x for x in lines if "**" in x] == []  # Markdown that a particle kept from closing
        if self.language == "ko":
            # Without the names of things: one may be the word that a model says.
            told = {k: t for k, t in i18n.texts("en").items() if not k.startswith("imagenet.")}
            english = {t for t in told.values() if ENGLISH.search(t)}
            same = set(i18n.texts("ko").values())
            assert [x for x in lines if x.strip() in english - same] == []
        return self

    def turn(self, label: str, key: str, presses: int = 1) -> None:
        """Move a slider, found by its label, by the keyboard."""
        slider = self.page.get_by_role("slider", name=label)
        slider.focus()
        for _ in range(presses):
            slider.press(key)
        self.settled()
