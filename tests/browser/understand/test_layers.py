"""What layers know, in a browser: blocks opened by hand and by key, a map that is walked."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import NARROW, PATIENCE, WIDE

pytestmark = pytest.mark.browser


def test_a_picture_is_followed_block_by_block_before_and_after_a_fine_tune(server, enter):
    visitor = enter(server, "en", WIDE).open("/what_layers_know")
    first = visitor.at("inside").first
    expect(first).to_be_visible(timeout=PATIENCE)
    first.get_by_test_id("inside-block-1").click()
    panel = first.get_by_test_id("inside-panel")
    expect(panel).to_contain_text("3 × 3")
    first.get_by_test_id("inside-block-1").press("ArrowRight")
    expect(panel).to_contain_text("block2")
    tiles = panel.locator(".tl-in-patches .tl-tile")
    expect(tiles.first).to_be_visible()
    image = tiles.first.evaluate("(e) => getComputedStyle(e).backgroundImage")
    assert visitor.page.request.get(re.search(r'url\("(.+)"\)', image)[1]).ok

    visitor.button("before_after.start").click()
    told = visitor.at("embedding-told")
    expect(told).to_be_visible(timeout=PATIENCE)
    before = told.inner_text()
    visitor.at("embedding-map").press("ArrowRight")
    visitor.at("embedding-map").press("ArrowUp")
    visitor.at("embedding-map").press("ArrowLeft")
    expect(told).not_to_have_text(before)
    visitor.at("embedding-after").click()
    expect(visitor.at("embedding-after")).to_have_attribute("aria-pressed", "true")
    visitor.button("predict.pass").first.click()
    expect(visitor.page.get_by_text("CKA").first).to_be_visible()
    visitor.settled().speaks().fits()


def test_the_page_fits_a_phone_with_everything_on_it(server, enter):
    visitor = enter(server, "ko", NARROW).open("/what_layers_know")
    expect(visitor.at("inside").first).to_be_visible(timeout=PATIENCE)
    visitor.button("before_after.start").click()
    expect(visitor.at("embedding")).to_be_visible(timeout=PATIENCE)
    visitor.settled().speaks().fits()
