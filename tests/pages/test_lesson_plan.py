"""The lesson plan as a teacher uses it: it fits, its clock runs, its links carry settings."""

import time

import pytest

from pages.ui import frame, plan_view
from tests.pages.reader import Reader
from tlcore import i18n, lesson_plan
from tlcore.spec import FineTuneSpec


@pytest.fixture
def page(house):
    return Reader("lesson_plan")


def headings(page):
    return [s.value for s in page.app.header]


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("minutes", plan_view.LENGTHS)
def test_the_plan_fits_the_lesson(house, minutes, language):
    page = Reader("lesson_plan", language).choose("lesson_plan.length", minutes)
    found = headings(page)
    assert found[0].startswith("0–")
    assert f"–{minutes}" in found[-1]


def test_lesson_and_length_survive_another_page_and_a_new_language(page):
    page.choose("lesson_plan.length", 45).choose("lesson_plan.lesson", "language")
    page.speak("ko").open("home").open("lesson_plan")
    assert page.widget("lesson_plan.length").value == 45
    assert page.widget("lesson_plan.lesson").value == "language"


def test_the_other_lesson_has_its_own_steps_and_its_own_evening_before(page):
    before = headings(page)
    page.choose("lesson_plan.lesson", "language")
    assert headings(page) != before
    assert "Fill the gap" in headings(page)[1]
    assert lesson_plan.before("en", "language") in [m.value for m in page.app.markdown]


def test_a_step_whose_page_is_not_there_is_left_out(page, monkeypatch):
    monkeypatch.setattr(plan_view, "PAGES", plan_view.PAGES - {"matrix"})
    assert any("The matrix" in h for h in headings(page))
    assert not any("The matrix" in h for h in headings(page.run()))


def test_the_clock_starts_goes_on_after_a_reload_and_another_page_and_stops(page):
    assert not page.has("lesson_plan.clock")
    page.click("lesson_plan.start")
    shown = page.picture("lesson_plan.clock")
    assert shown["steps"][0]["begins"] == 0
    assert shown["elapsed"] < 30
    began = page.app.query_params["began"]
    began = began if isinstance(began, str) else began[0]
    again = Reader("lesson_plan", began=str(int(began) - 600))
    assert 600 <= again.picture("lesson_plan.clock")["elapsed"] < 630
    page.open("home").open("lesson_plan")
    assert page.has("lesson_plan.clock")
    page.click("lesson_plan.end")
    assert not page.has("lesson_plan.clock")
    assert "began" not in page.app.query_params


@pytest.mark.parametrize("began", ["", "soon", "nan", "inf", "-1", "1e400", "99999999999"])
def test_an_address_cannot_start_a_clock_that_makes_no_sense(house, began):
    page = Reader("lesson_plan", began=began)
    assert not page.has("lesson_plan.clock")
    assert page.errors == []


def test_the_clock_of_yesterday_has_run_out(house):
    assert not Reader("lesson_plan", began=str(int(time.time()) - 86_400)).has("lesson_plan.clock")


def test_each_link_leads_to_its_page_with_its_settings(page):
    there = {name for names in frame.SECTIONS.values() for name in names}
    wanted = [
        (link.page, link.spec)
        for slot in plan_view.slots(90)
        for link in slot.step.links
        if link.page in there
    ]
    links = [n.proto for n in page.nodes() if n.type == "page_link"]
    assert [link.page or "home" for link in links] == [name for name, _ in wanted]
    for proto, (_, spec) in zip(links, wanted, strict=True):
        if spec is None:
            continue
        query = dict(part.split("=") for part in proto.query_string.split("&"))
        assert query.pop("lang") == "en"
        lab = Reader("fine_tune", **query)
        expected = spec.model_dump(exclude={"kind"})
        assert {k: lab.draft[k] for k in expected} == expected


def test_the_evening_before_is_there(page):
    assert lesson_plan.before("en") in [m.value for m in page.app.markdown]
    assert FineTuneSpec().seed == 0  # "the number of your seat" changes it
