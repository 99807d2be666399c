"""A class changes the settings after a race: what stays on the screen is grey and says whose."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import NARROW, PATIENCE, WIDE

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("language", "size"), [("en", WIDE), ("ko", NARROW)])
def test_a_race_of_other_settings_is_grey_and_the_guess_is_asked_anew(
    server, enter, language, size
):
    visitor = enter(server, language, size).open(f"/why_transfer?lang={language}")
    visitor.button("predict.pass").first.click()
    visitor.button("why.start").click()
    expect(visitor.page.get_by_text(visitor.T("why.one_run"))).to_be_visible(timeout=PATIENCE)
    visitor.settled()
    shown = visitor.page.locator(".st-key-why_transfer-shown")
    expect(shown).to_have_css("filter", "none")
    visitor.page.get_by_role("radio", name=visitor.T("why.epochs.60")).first.click()
    settings = [
        visitor.T("earlier.pictures", n=40),
        visitor.T("earlier.epochs", n=15),
    ]
    told = visitor.T("earlier.was", settings=", ".join(settings))
    expect(visitor.page.get_by_text(told)).to_be_visible()
    expect(shown).to_have_css("filter", "grayscale(1)")
    expect(visitor.button("predict.pass").first).to_be_visible()
    asked = visitor.T("predict.why_race.of", size=40, epochs=60)
    expect(visitor.page.get_by_text(asked).first).to_be_visible()
    visitor.settled().speaks().fits()


def test_a_run_of_another_plan_keeps_its_own_picture(server, enter):
    visitor = enter(server).open("/fine_tune?lang=en&epochs=2&seed=78")
    visitor.button("run.start").click()
    visitor.status("finished", "replayed")
    expect(visitor.heading("result.title")).to_be_visible(timeout=PATIENCE)
    visitor.page.get_by_role("radio", name=visitor.T("preset.from_scratch")).first.click()
    shown = visitor.page.locator(".st-key-fine_tune-shown")
    expect(shown).to_have_css("filter", "grayscale(1)")
    expect(shown.get_by_test_id("blocks")).to_be_visible()
    expect(visitor.at("blocks")).to_have_count(2)
    for lane in ("keep", "freeze"):  # nothing of it: the handle stands beside the words
        parts = (".tl-b-lane-name[data-lane={}] .tl-b-lane-value", "[data-lane={}] .tl-b-handle")
        value, handle = (
            visitor.at("blocks").first.locator(part.format(lane)).bounding_box() for part in parts
        )
        assert value["x"] + value["width"] <= handle["x"], lane
    visitor.settled().speaks().fits()
