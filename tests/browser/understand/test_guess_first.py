"""What a class sees before it has guessed: the question, and nothing that answers it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import NARROW, PATIENCE, WIDE

pytestmark = pytest.mark.browser
SIZES = pytest.mark.parametrize(("language", "size"), [("en", WIDE), ("ko", NARROW)])


@SIZES
def test_the_race_asks_before_anything_answers(server, enter, language, size):
    visitor = enter(server, language, size).open(f"/why_transfer?lang={language}")
    main = visitor.at("stMain")
    expect(main.get_by_text(visitor.T("why.after_guess"))).to_be_visible()
    for answer in ("±", "1,151", "Kornblith", "python -m tlcore races"):
        expect(main).not_to_contain_text(answer)
    visitor.button("predict.pass").first.click()
    for answer in ("±", "1,151", "Kornblith", "python -m tlcore races"):
        expect(main).to_contain_text(answer)
    visitor.page.get_by_role("radio", name=visitor.T("why.epochs.60")).first.click()
    expect(main).not_to_contain_text("±")
    expect(visitor.button("predict.pass").first).to_be_visible()
    visitor.settled().speaks().fits()


@SIZES
def test_no_block_lies_open_before_it_is_chosen(server, enter, language, size):
    visitor = enter(server, language, size).open(f"/what_layers_know?lang={language}")
    first = visitor.at("inside").first
    expect(first).to_be_visible(timeout=PATIENCE)
    panel = first.get_by_test_id("inside-panel")
    expect(panel).to_have_text(visitor.T("inside.none"))
    expect(first.locator('[aria-selected="true"]')).to_have_count(0)
    found = visitor.page.get_by_text(visitor.T("layers.found"), exact=True)
    expect(found).to_be_visible()
    expect(visitor.at("stMain")).not_to_contain_text("Yosinski et al. (2014)")
    visitor.settled().speaks().fits()
    first.get_by_test_id("inside-block-1").press("ArrowRight")
    expect(first.get_by_test_id("inside-block-1")).to_have_attribute("aria-selected", "true")
    expect(panel).not_to_have_text(visitor.T("inside.none"))
