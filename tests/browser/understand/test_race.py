"""A race on the screen: what its bars are long by, and which of its runs the next page looks into.

Two tests of one race: the second finds it recorded.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import NARROW, PATIENCE, WIDE
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


@pytest.mark.parametrize(("language", "size"), [("en", WIDE), ("ko", NARROW)])
def test_before_and_after_shows_the_fine_tuned_arm_of_the_race(server, enter, language, size):
    visitor = enter(server, language, size).raced()
    visitor.open(f"/what_layers_know?lang={language}")
    begin = visitor.T("before_after.shown", title="\0", when="").split("**")[0]
    told = visitor.at("stMain").get_by_text(re.compile(f"^{re.escape(begin)}"))
    expect(told).to_contain_text(visitor.T("preset.everything"), timeout=PATIENCE)
    expect(told).not_to_contain_text(visitor.T("before_after.scratch").split("*")[0].strip())
    states = visitor.at("inside").nth(1).locator("[data-state]")
    expect(states).to_have_count(8, timeout=PATIENCE)
    assert {s.get_attribute("data-state") for s in states.all()} == {"kept"}
    visitor.settled().speaks().fits()
