"""A class follows the plan: link after link in one tab, on a projector and on a phone."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from pages.ui.lesson import going
from tests.browser.visitor import NARROW, PATIENCE, WIDE
from tlcore.lessons import lesson_plan
from tlcore.runs.spec import FineTuneSpec
from tlcore.words import i18n, quiz

pytestmark = pytest.mark.browser

TOP = """() => document.querySelector('[data-testid="stMain"]').scrollTop"""
DOWN = """() => document.querySelector('[data-testid="stMain"]').scrollTo(0, 1e6)"""
# What a click of the middle button asks a browser with tabs for: the headless shell, which has
# none, takes its page down over such a click (Chromium 150: eleven of twelve times).
IN_A_NEW_TAB = "(link) => { window.open(link.href, '_blank', 'noopener') }"
TO_THE_FOOT = """(node) => document.querySelector('[data-testid="stMain"]')
  .scrollBy({ top: node.getBoundingClientRect().bottom - innerHeight, behavior: 'instant' })"""


def links(visitor):
    return visitor.at("stMain").get_by_test_id("stPageLink").locator("a")


def at_its_top(visitor):
    visitor.page.wait_for_function(f"({TOP})() === 0")
    visitor.settled()
    assert visitor.page.evaluate(TOP) == 0


def follow(visitor, number):
    """A click on a link of the plan; what it says of settings."""
    there = links(visitor).nth(number)
    wanted = urlsplit(there.get_attribute("href"))
    visitor.page.evaluate(DOWN)  # a teacher has scrolled to the step
    there.click()
    name = wanted.path.rsplit("/", 1)[-1]
    expect(visitor.page).to_have_url(re.compile(rf"/{name}(\?|$)"), timeout=PATIENCE)
    expect(visitor.page.get_by_role("heading", level=1)).to_be_visible(timeout=PATIENCE)
    visitor.settled()
    return parse_qs(wanted.query)


def test_home_opens_from_the_plan_in_a_new_tab_and_back_returns_to_the_plan(server, enter):
    visitor = enter(server).open("/lesson_plan?lang=en")
    expect(links(visitor).nth(1)).to_have_attribute("href", re.compile(r"home\?"))
    with visitor.context.expect_page() as opened:
        links(visitor).nth(1).evaluate(IN_A_NEW_TAB)
    title = opened.value.get_by_role("heading", name=visitor.T("home.title"), exact=True)
    expect(title).to_be_visible(timeout=PATIENCE)
    opened.value.close()
    follow(visitor, 1)
    expect(visitor.heading("home.title")).to_be_visible(timeout=PATIENCE)
    visitor.page.go_back()
    expect(visitor.heading("lesson_plan.title")).to_be_visible(timeout=PATIENCE)


def test_a_second_link_brings_its_own_settings_and_not_the_run_before(server, enter):
    visitor = enter(server).open("/fine_tune?lang=en&epochs=2&seed=77")
    visitor.button("run.start").click()
    visitor.status("finished", "replayed")
    visitor.at("stTopNavSection").filter(has_text=visitor.T("section.classroom")).click()
    visitor.at("stTopNavDropdownLink").filter(has_text=visitor.T("page.lesson_plan")).click()
    expect(visitor.heading("lesson_plan.title")).to_be_visible(timeout=PATIENCE)
    visitor.settled()
    expect(links(visitor).last).to_be_visible(timeout=PATIENCE)
    lab = links(visitor).evaluate_all(
        "all => all.findIndex((a) => a.getAttribute('href').includes('fine_tune'))"
    )
    given = follow(visitor, lab)
    at_its_top(visitor)
    expect(visitor.at("live-status")).to_have_count(0)
    assert "run=" not in visitor.page.url
    slider = visitor.page.get_by_role("slider", name=visitor.T("field.epochs"))
    assert given.get("epochs", [str(FineTuneSpec().epochs)]) == [
        slider.get_attribute("aria-valuetext")
    ]


def test_the_next_page_begins_at_its_top_while_the_one_before_still_scrolls(server, enter):
    visitor = enter(server).open("/why_transfer?lang=en")
    visitor.page.evaluate(
        """() => document.querySelector('[data-testid="stMain"]')
             .scrollTo({ top: 4000, behavior: 'smooth' })"""
    )
    visitor.at("stTopNavSection").filter(has_text=visitor.T("section.decide")).click()
    visitor.at("stTopNavDropdownLink").filter(has_text=visitor.T("page.backbones")).click()
    expect(visitor.heading("backbones.title")).to_be_visible(timeout=PATIENCE)
    at_its_top(visitor)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_menu_of_a_phone_can_be_closed_and_closes_on_choosing(server, enter, language):
    visitor = enter(server, language, NARROW).open(f"/?lang={language}")
    menu, close = visitor.at("stSidebar"), visitor.at("stSidebarCollapseButton")
    visitor.at("stExpandSidebarButton").click()
    expect(menu).to_have_attribute("data-collapsed", "false")
    close.get_by_role("button").click()  # Playwright refuses where something lies over it
    expect(menu).to_have_attribute("data-collapsed", "true")
    visitor.at("stExpandSidebarButton").click()
    menu.get_by_test_id("stSidebarNavLink").filter(has_text=visitor.T("page.backbones")).click()
    expect(visitor.heading("backbones.title")).to_be_visible(timeout=PATIENCE)
    expect(menu).to_have_attribute("data-collapsed", "true")
    expect(visitor.page.locator("html")).to_have_attribute("lang", language)


def test_the_plan_shows_one_question_at_a_time(server, enter):
    visitor = enter(server).open("/quiz?lang=en&one=1")
    first, second = quiz.lessons("en")["why_transfer"][:2]
    expect(visitor.at("stRadio")).to_have_count(1)
    expect(visitor.page.get_by_text(first.ask).first).to_be_visible()
    visitor.button("quiz.turn.next").click()
    expect(visitor.page.get_by_text(second.ask).first).to_be_visible()
    expect(visitor.at("stRadio")).to_have_count(1)


@pytest.mark.parametrize(("language", "size"), [("en", WIDE), ("ko", NARROW)])
def test_the_bar_of_a_lesson_is_on_every_page_until_it_ends(server, enter, language, size):
    visitor = enter(server, language, size).open(f"/lesson_plan?lang={language}")
    bar, main = visitor.at("lesson-bar"), visitor.at("stMain")
    expect(bar).to_be_hidden()
    top = visitor.heading("lesson_plan.title").bounding_box()["y"]
    visitor.button("lesson_plan.start").click()
    expect(bar).to_be_visible(timeout=PATIENCE)
    visitor.settled()
    assert visitor.heading("lesson_plan.title").bounding_box()["y"] == top  # nothing is pushed
    box = bar.bounding_box()
    assert box["y"] + box["height"] == size[1]
    assert box["height"] < (70 if size == WIDE else 80)
    steps = lesson_plan.steps(language)
    expect(bar).to_contain_text(steps[0].ask)

    visitor.page.evaluate(DOWN)
    visitor.at("lesson-next").click()  # Home is the second link of the first step
    expect(visitor.heading("home.title")).to_be_visible(timeout=PATIENCE)
    at_its_top(visitor)
    visitor.at("lesson-next").click()
    expect(visitor.heading("why.title")).to_be_visible(timeout=PATIENCE)
    expect(bar).to_contain_text(steps[1].ask)
    visitor.fits()

    if size == WIDE:  # by the menu, which carries no address along
        visitor.at("stTopNavSection").filter(has_text=visitor.T("section.decide")).click()
        visitor.at("stTopNavDropdownLink").filter(has_text=visitor.T("page.backbones")).click()
    else:
        visitor.at("stExpandSidebarButton").click()
        chosen = visitor.at("stSidebarNavLink").filter(has_text=visitor.T("page.backbones"))
        chosen.click()
    expect(visitor.heading("backbones.title")).to_be_visible(timeout=PATIENCE)
    expect(bar).to_contain_text(steps[1].ask)
    visitor.open("/matrix")  # a reload is a new session
    expect(bar).to_contain_text(steps[1].ask, timeout=PATIENCE)
    expect(bar.get_by_role("timer")).to_have_text(re.compile(r"^\d+:\d\d$"))
    visitor.at("lesson-back").click()
    expect(visitor.heading("home.title")).to_be_visible(timeout=PATIENCE)

    visitor.open(f"/lesson_plan?lang={language}").button("lesson_plan.end").click()
    expect(bar).to_be_hidden(timeout=PATIENCE)
    visitor.open("/matrix")
    expect(main).to_be_visible()
    expect(bar).to_be_hidden()
    assert [c for c in visitor.context.cookies() if c["name"] == going.COOKIE] == []
    visitor.speaks()


def test_what_the_tab_key_reaches_is_not_hidden_by_the_bar(server, enter):
    visitor = enter(server).open("/lesson_plan?lang=en")
    visitor.button("lesson_plan.start").click()
    bar = visitor.at("lesson-bar")
    expect(bar).to_be_visible(timeout=PATIENCE)
    visitor.open("/fine_tune?lang=en")
    start, above = visitor.button("run.start"), visitor.page.locator("summary").last
    expect(start).to_be_visible(timeout=PATIENCE)
    start.evaluate(TO_THE_FOOT)
    above.evaluate("(summary) => summary.focus({ preventScroll: true })")
    assert start.bounding_box()["y"] + 1 >= bar.bounding_box()["y"]  # it lies below the bar
    visitor.page.keyboard.press("Tab")
    expect(start).to_be_focused()
    box = start.bounding_box()
    assert box["y"] + box["height"] <= bar.bounding_box()["y"]


def test_a_lab_next_door_opens_with_its_own_settings_at_its_top(server, enter):
    """Two links of one step lead to the same page: Next brings the settings and the beginning."""
    visitor = enter(server).open("/lesson_plan?lang=en")
    visitor.button("lesson_plan.start").click()
    expect(links(visitor).last).to_have_attribute("href", re.compile("stop="), timeout=PATIENCE)
    visitor.settled()
    first = links(visitor).evaluate_all(
        "all => all.findIndex((a) => a.getAttribute('href').includes('keep=5'))"
    )
    assert follow(visitor, first)["freeze"] == ["5"]
    expect(visitor.page).not_to_have_url(re.compile("stop="))
    visitor.page.evaluate(DOWN)
    visitor.at("lesson-next").click()
    expect(visitor.page).to_have_url(re.compile("freeze=0"), timeout=PATIENCE)
    at_its_top(visitor)
    visitor.page.go_back()  # one press: what a page writes into its address is no place of its own
    expect(visitor.heading("lesson_plan.title")).to_be_visible(timeout=PATIENCE)


def test_one_press_of_back_leaves_a_run(server, enter):
    """The lab writes its run into the address: no place of its own to go back to."""
    visitor = enter(server).open("/matrix?lang=en").open("/fine_tune?lang=en&epochs=2&seed=79")
    visitor.button("run.start").click()
    expect(visitor.page).to_have_url(re.compile("run="), timeout=PATIENCE)
    visitor.settled()
    visitor.page.go_back()
    expect(visitor.page).to_have_url(re.compile("/matrix"), timeout=PATIENCE)


def test_every_segment_has_its_whole_edge_on_a_phone(server, enter):
    visitor = enter(server, "ko", NARROW).open("/why_transfer?lang=ko")
    segments = visitor.page.locator('[data-variant="segmented_control"]')
    expect(segments.nth(6)).to_be_visible(timeout=PATIENCE)
    edges = segments.evaluate_all(
        """all => all.map((e) => getComputedStyle(e)).map((s) =>
             [s.borderLeftColor, s.borderRightColor, s.borderLeftWidth, s.borderRightWidth])"""
    )
    assert len(edges) > 5
    for left, right, *widths in edges:
        assert left == right
        assert "rgba(0, 0, 0, 0)" not in (left, right)
        assert widths == ["1px", "1px"]
