"""A race on the screen: what its bars are long by."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import NARROW, WIDE
from tlcore.runs.store.store import Store

pytestmark = pytest.mark.browser

SHARE = """(bar) => bar.firstElementChild.getBoundingClientRect().width
  / bar.getBoundingClientRect().width"""


@pytest.mark.parametrize(("language", "size"), [("en", WIDE), ("ko", NARROW)])
def test_bars_are_accuracy_on_the_test_part_and_say_so(server, enter, language, size):
    visitor = enter(server, language, size).raced()
    lanes = visitor.at("live-legend").get_by_role("listitem")
    expect(lanes).to_have_count(3)
    store = Store(server.folder / "store.db")
    for number in range(3):
        lane = lanes.nth(number)
        name = lane.get_attribute("data-testid").removeprefix("live-run-")
        scored = store.run(name).result["test_accuracy"]
        told = visitor.T("live.lane.test", accuracy=f"{100 * scored:.1f}%")
        bar = lane.get_by_role("meter")
        expect(bar).to_have_text(told)
        expect(bar).to_have_attribute("aria-valuetext", told)
        expect(bar).to_have_attribute("aria-valuenow", re.compile(r"^\d+$"))
        visitor.page.wait_for_function(
            f"([bar, share]) => Math.abs(({SHARE})(bar) - share) < 0.01",
            arg=[bar.element_handle(), scored],
        )
    store.close()
    visitor.settled().speaks().fits()
