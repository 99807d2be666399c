"""An empty page of Streamlit's, in a server of its own: what axe finds there is not ours."""

import contextlib
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import access
from tests.serving import START, free_port

QUIET = (  # asks no other host
    "--server.headless=true",
    "--browser.gatherUsageStats=false",
    "--logger.hideWelcomeMessage=true",
)


@pytest.fixture(scope="session")
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
            return wide | set(access.violations(page))
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
