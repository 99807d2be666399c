"""What a machine can say of access: axe-core's rules, and where the Tab key leads.

axe-core comes inside the package axe-playwright-python; it is put into the page as text, so no
test asks another host.
"""

from __future__ import annotations

import re
from importlib import resources
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.visitor import Visitor

AXE = resources.files("axe_playwright_python") / "axe.min.js"

# Each visible thing that can be worked gets a number; a group of radio buttons or pills is one
# stop, and a slider's or grid's own parts are reached by arrow keys from it.
NUMBER = """() => {
  const seen = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length;
  const worked = 'a[href], button, input, select, textarea, [tabindex]';
  const groups = new Set();
  const found = [];
  for (const e of document.querySelectorAll(worked)) {
    if (e.disabled || e.tabIndex < 0 || !seen(e)) continue;
    if (e.closest('[inert], [aria-hidden="true"]')) continue;
    if (e.type === 'radio') {
      if (groups.has(e.name)) continue;
      groups.add(e.name);
      for (const one of document.getElementsByName(e.name)) one.dataset.stop = found.length;
    }
    const group = e.closest('[data-testid="stButtonGroup"]');
    if (group) {
      if (groups.has(group)) continue;
      groups.add(group);
      for (const one of group.querySelectorAll('button')) one.dataset.stop = found.length;
    }
    e.dataset.stop = found.length;
    const name = e.getAttribute('aria-label') ?? e.textContent.trim().slice(0, 40);
    found.push(`${e.tagName.toLowerCase()} ${name}`);
  }
  return found;
}"""
LISTEN = """() => {
  window.met = new Set();
  addEventListener('keyup', () => window.met.add(document.activeElement?.dataset?.stop), true);
  document.activeElement?.blur();
  window.scrollTo(0, 0);
}"""
MET = "() => [...window.met].filter((stop) => stop !== undefined).map(Number)"
STRIDE = 16  # presses between two looks


def violations(page: Page) -> dict[tuple[str, str], str]:
    """(rule, Streamlit's name for the element) -> the element, and what axe says of it."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return {
        (rule["id"], _name(node["html"])): _told(node)
        for rule in found["violations"]
        for node in rule["nodes"]
    }


def _name(html: str) -> str:
    """The outermost element's data-testid; empty where it has none."""
    found = re.search(r'^<[^>]*data-testid="(\w+)"', html)
    return found[1] if found else ""


def _told(node: dict[str, Any]) -> str:
    reasons = [why["message"] for kind in ("any", "all", "none") for why in node[kind]]
    return f"{node['html'][:200]} ({'; '.join(reasons)})"


def unreached(page: Page) -> list[str]:
    """What can be worked by hand, but is not met by pressing Tab through the page once."""
    stops: list[str] = page.evaluate(NUMBER)
    page.evaluate(LISTEN)
    for _ in range(0, 2 * len(stops) + 20, STRIDE):
        for _ in range(STRIDE):
            page.keyboard.press("Tab")
        met = set(page.evaluate(MET))
        if len(met) == len(stops):
            break
    return [name for number, name in enumerate(stops) if number not in met]


def ours(visitor: Visitor, streamlits_own: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """What axe finds when all is drawn and no run is on its way: what waits is shown faded."""
    drawn(visitor)
    found = violations(visitor.page)
    return {rule: told for rule, told in found.items() if rule not in streamlits_own}


def drawn(visitor: Visitor) -> Visitor:
    expect(visitor.at("stProgress")).to_have_count(0, timeout=60_000)
    expect(visitor.at("stSkeleton")).to_have_count(0, timeout=60_000)
    visitor.settled()
    return visitor
