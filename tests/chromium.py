"""Headless Chromium where there is one: the shell without windows before the whole browser, which
takes a third more of a core for the same page."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from typing import Any

NAMES = (
    "chromium-headless-shell",
    "chromium",
    "/usr/bin/chromium",  # where PATH leads elsewhere, as to a snap's
    "chromium-browser",
    "google-chrome",
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def program() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextlib.contextmanager
def running() -> Iterator[Any]:
    """Playwright's browser; None without one."""
    path = program()
    if path is None:
        yield None
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@contextlib.contextmanager
def tab() -> Iterator[Any]:
    """One page of a fresh profile, 1280 x 900; None without a browser."""
    with running() as browser:
        if browser is None:
            yield None
            return
        page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-US")
        page.set_default_timeout(30_000)
        yield page
