"""From the race to the next page of the lesson: which of its runs is looked into."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import NARROW, PATIENCE, WIDE

pytestmark = pytest.mark.browser


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
