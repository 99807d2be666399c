"""The whole plan as a class walks it: every link of both lessons, one after another in one tab.

A run with settings of its own has been looked at before: no link may show it, none may open in its
middle, none may lose its settings, nothing may answer what the class is still to guess.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import expect

from pages.ui.frame.navigation import PAGES
from tests.browser.classroom.test_class import at_its_top, follow, links
from tests.browser.visitor import PATIENCE
from tlcore.lessons import lesson_plan
from tlcore.runs.spec import FineTuneSpec
from tlcore.words import i18n

pytestmark = pytest.mark.browser

OTHER = {"epochs": "2", "seed": "77"}  # of the run before the lesson
SPOILT = {  # what would answer the guess that stands on a page
    "why_transfer": ("±", "1,151", "Kornblith", "python -m tlcore races"),
    "what_layers_know": ("Yosinski et al. (2014)",),
}
NONSENSE = {
    **{"run": "../../etc/passwd", "id": "%00'--", "kind": "file", "backbone": "nope", "data": "x"},
    **{"epochs": "-1", "seed": "1e999", "lr": "nan", "read": "99", "keep": "-3", "freeze": "many"},
    **{"claim": "0", "size": "13", "preset": "<b>", "lesson": "?", "term": "\u202e", "one": "x"},
    **{"hide": "title,<script>", "ask": "%%%", "stop": "-5", "began": "inf", "colour": "red"},
}


def walk(visitor, which, seen):
    """Every link of one lesson, but those of which `seen` tells that they were opened before."""
    name = visitor.T(f"lesson_plan.lesson.{which}")
    visitor.page.get_by_role("radio", name=name, exact=True).click()
    steps = lesson_plan.steps(visitor.language, which)
    known = [link.page for step in steps for link in step.links]
    expect(links(visitor)).to_have_count(len(known), timeout=PATIENCE)
    visitor.settled()
    hrefs = links(visitor).evaluate_all("all => all.map((a) => a.getAttribute('href'))")
    # A link without a path would open, in a new tab, the plan again.
    assert [urlsplit(href).path.rsplit("/", 1)[-1] for href in hrefs] == known
    for number, href in enumerate(hrefs):
        if href in seen:
            continue
        seen.add(href)
        given = follow(visitor, number)
        at_its_top(visitor)
        holds(visitor, known[number], given)
        visitor.page.go_back()
        expect(visitor.heading("lesson_plan.title")).to_be_visible(timeout=PATIENCE)
        expect(links(visitor)).to_have_count(len(hrefs), timeout=PATIENCE)
        visitor.settled()


def holds(visitor, page, given):
    """What the page of a link shows."""
    assert not {"run", "stop"} & set(parse_qs(urlsplit(visitor.page.url).query))
    expect(visitor.at("stException")).to_have_count(0)
    for answer in SPOILT.get(page, ()):
        expect(visitor.at("stMain")).not_to_contain_text(answer)
    if page == "quiz":
        expect(visitor.at("stRadio")).to_have_count(1)
    if page == "fine_tune":
        shows(visitor, given)
        expect(visitor.at("live-status")).to_have_count(0)
    visitor.speaks()


def shows(visitor, given):
    """The lab's controls are those of the link: where it says nothing, the usual ones."""
    usual = FineTuneSpec()
    for field in ("epochs", "train_size"):
        wanted = f"{int(given.get(field, [getattr(usual, field)])[0]):,}"
        slider = visitor.page.get_by_role("slider", name=visitor.T(f"field.{field}"))
        expect(slider).to_have_attribute("aria-valuetext", wanted)
    for name in ("read", "keep", "freeze"):
        at = given.get(name, [str(getattr(usual, name))])[0]
        expect(visitor.at(f"boundary-{name}")).to_have_attribute("aria-valuenow", at)
    data = given.get("data", [usual.data])[0]
    chosen = visitor.page.locator(".st-key-fine_tune-data input")
    expect(chosen).to_have_value(visitor.T(f"data.{data}"))


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_link_of_both_plans_one_after_another(server, enter, language):
    visitor = enter(server, language).open(f"/fine_tune?{urlencode(OTHER | {'lang': language})}")
    visitor.button("run.start").click()
    visitor.status("finished", "replayed")
    visitor.at("stTopNavSection").filter(has_text=visitor.T("section.classroom")).click()
    visitor.at("stTopNavDropdownLink").filter(has_text=visitor.T("page.lesson_plan")).click()
    expect(visitor.heading("lesson_plan.title")).to_be_visible(timeout=PATIENCE)
    seen = set()
    for which in lesson_plan.LESSONS:
        walk(visitor, which, seen)
    assert len(seen) > 15


@pytest.mark.parametrize("page", PAGES)
def test_an_address_of_nonsense_gets_one_sentence_at_most_and_the_page(server, enter, page):
    language = tuple(i18n.LANGUAGES)[PAGES.index(page) % 2]  # by turns
    visitor = enter(server, language)
    name = "" if page == "home" else page
    visitor.open(f"/{name}?{urlencode({'lang': language} | NONSENSE)}")
    expect(visitor.at("stException")).to_have_count(0)
    assert visitor.at("stAlertContentError").count() <= 2  # settings, and the question of a link
    assert len(visitor.at("stMain").inner_text()) > 40  # of a run: a title, and that there is none
    visitor.speaks()


def test_one_run_open_in_two_tabs(server, enter):
    """Both watch it, both show its end; closing one leaves the other as it was."""
    visitor = enter(server).open("/fine_tune?lang=en&epochs=15&seed=78")
    visitor.button("run.start").click()
    expect(visitor.page).to_have_url(re.compile("run="), timeout=PATIENCE)
    other = visitor.context.new_page()
    other.goto(visitor.page.url)
    ended = re.compile("^(finished|replayed)$")
    for page in (visitor.page, other):
        status = page.get_by_test_id("live-status")
        expect(status).to_have_attribute("data-status", ended, timeout=PATIENCE)
    told = [
        page.get_by_test_id("stMetricValue").first.inner_text() for page in (visitor.page, other)
    ]
    assert told[0] == told[1]
    other.close()
    assert visitor.page.get_by_test_id("stMetricValue").first.inner_text() == told[0]
    expect(visitor.at("stException")).to_have_count(0)
