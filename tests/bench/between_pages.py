"""From one page to the next, as a reader goes: a click in the menu, until the page stands whole."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from pages.ui.frame import navigation
from tests import chromium
from tests.bench.table import Line
from tests.bench.timing import median
from tests.serving import serving
from tlcore.words import i18n

PAGES = [  # those in a section that opens
    (section, name)
    for section, names in reversed(navigation.SECTIONS.items())
    for name in names
    if section != "start" and name not in navigation.HIDDEN
]
ROUNDS = 3  # the first reads lessons and modules that the others find there; it is left out
# The clock starts at the next click on a link of the menu: milliseconds until another heading
# stands there, and until the script that draws the page has run to its end.
CLOCK = """() => {
  const heading = () => document.querySelector('[data-testid="stMain"] h1')?.innerText;
  const app = document.querySelector('[data-testid="stApp"]');
  window.walk = new Promise((resolve) => {
    const begin = (event) => {
      if (!event.target.closest('[data-testid="stTopNavDropdownLink"]')) return;
      document.removeEventListener("click", begin, true);
      const before = heading(), began = performance.now();
      let seen = null;
      const look = () => {
        const now = performance.now() - began;
        if (seen === null && heading() && heading() !== before) seen = now;
        const whole = seen !== null && app.dataset.testScriptState === "notRunning";
        if (whole) resolve([seen, now]);
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    };
    document.addEventListener("click", begin, true);
  });
}"""


def lines() -> list[Line]:
    with (
        chromium.tab() as tab,
        tempfile.TemporaryDirectory() as place,
        serving(Path(place)) as server,
    ):
        if tab is None:
            return []
        tab.goto(server.url)
        tab.get_by_test_id("stTopNavSection").first.wait_for()
        took = [times for turn in range(ROUNDS) for times in _walk(tab) if turn]
    headings, wholes = zip(*took, strict=True)
    slowest = PAGES[wholes.index(max(wholes)) % len(PAGES)][1]
    return [
        Line(
            "page to page",
            f"heading {median(headings):.2f} (at most {max(headings):.2f}) s, "
            f"whole {median(wholes):.2f} (at most {max(wholes):.2f}, {slowest}) s",
            "< 0.5 s",
            f"Chromium, a click on each of {len(PAGES)} links of the menu, {ROUNDS - 1} rounds "
            "after one that is not counted; an empty store",
        )
    ]


def _walk(tab: Any) -> list[tuple[float, float]]:
    """Seconds to the heading and to the whole page, from link to link."""
    found = []
    for section, name in PAGES:
        tab.get_by_test_id("stTopNavSection").filter(has_text=_said(f"section.{section}")).click()
        link = tab.get_by_test_id("stTopNavDropdownLink").filter(has_text=_said(f"page.{name}"))
        link.wait_for()
        tab.evaluate(CLOCK)
        link.click()
        seen, whole = tab.evaluate("window.walk")
        found.append((seen / 1000, whole / 1000))
    return found


def _said(key: str) -> str:
    return i18n.t(key, "en")
