"""The comparison in a browser: a guess, a race on two axes, a verdict; one seed, five epochs."""

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import NARROW, PATIENCE, WIDE
from tlcore.experiments.scaling import reading as scaling

pytestmark = pytest.mark.browser

SHORT = "/compare?preset=textbooks&seeds=1"  # 40 digits


# Of another length each: what somebody in the room has run is there at once.
@pytest.mark.parametrize(
    ("language", "size", "epochs"), [("en", WIDE, 5), ("ko", NARROW, 10)], ids=["en", "ko"]
)
def test_two_textbooks_race_and_are_judged(server, enter, language, size, epochs):
    visitor = enter(server, language, size).open(f"{SHORT}&epochs={epochs}")
    visitor.button("predict.pass").click()
    visitor.button("compare.run").click()
    chart = visitor.at("sweep-chart")
    expect(chart.locator("path[data-line]")).to_have_count(4, timeout=PATIENCE)
    expect(chart).to_be_in_viewport()  # who has pressed Start need not look for it
    steps, seconds = visitor.at("sweep-step"), visitor.at("sweep-seconds")
    expect(steps).to_have_attribute("aria-pressed", "true")
    expect(chart).to_contain_text(visitor.T("compare.live.step.axis"))
    seconds.focus()
    seconds.press("Enter")
    expect(seconds).to_have_attribute("aria-pressed", "true")
    expect(chart).to_contain_text(visitor.T("compare.live.seconds.axis"))
    expect(visitor.heading("compare.said")).to_be_visible(timeout=4 * PATIENCE)
    charts = visitor.page.locator("[data-testid=stPlotlyChart]")
    expect(charts).to_have_count(2 + len(scaling.AXES))  # how cost grows stands below
    expect(visitor.page.get_by_test_id("sweep-status")).to_have_text(
        visitor.T("compare.live.ended", n=1)
    )
    visitor.settled().speaks().fits()
