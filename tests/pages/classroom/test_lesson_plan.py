"""The lesson plan as a teacher uses it: it fits, its clock runs, its links carry settings."""

import re
import time

import pytest

from pages.ui.frame.navigation import PAGES
from pages.ui.lesson import bar as lesson_bar
from pages.ui.lesson import going, plan_view
from tests.pages.reader import Reader
from tlcore.lessons import lesson_plan
from tlcore.runs.spec import FineTuneSpec
from tlcore.words import i18n


@pytest.fixture
def page(house):
    return Reader("lesson_plan")


def headings(page):
    return [s.value for s in page.app.header]


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("minutes", going.LENGTHS)
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
    others = tuple(page for page in plan_view.PAGES if page != "matrix")
    monkeypatch.setattr(plan_view, "PAGES", others)
    assert any("The matrix" in h for h in headings(page))
    assert not any("The matrix" in h for h in headings(page.run()))


def bar(page):
    return page.picture(lesson_bar.KEY)["stop"]


def carrying(monkeypatch, text):
    """A new session of a browser that has this cookie."""
    monkeypatch.setattr(going, "cookie", lambda: text)


def test_the_clock_starts_goes_on_after_a_reload_and_another_page_and_stops(page, monkeypatch):
    assert not page.has("lesson_plan.clock")
    page.click("lesson_plan.start")
    shown = page.picture("lesson_plan.clock")
    assert shown["steps"][0]["begins"] == 0
    assert shown["elapsed"] < 30
    kept = page.picture(lesson_bar.KEY)["kept"]
    began, rest = kept.split(".", 1)
    carrying(monkeypatch, f"{int(began) - 600}.{rest}")
    assert 600 <= Reader("lesson_plan").picture("lesson_plan.clock")["elapsed"] < 630
    page.open("home").open("lesson_plan")
    assert page.has("lesson_plan.clock")
    page.click("lesson_plan.end")
    assert not page.has("lesson_plan.clock")
    assert page.picture(lesson_bar.KEY)["kept"] == ""


@pytest.mark.parametrize(
    "kept",
    ["", "soon", "nan.90.pictures.0", "-1.90.pictures.0", "99999999999.90.pictures.0"]
    + ["{now}.90.cooking.0", "{now}.91.pictures.0", "{now}.90.pictures.-1", "{now}.90.pictures"],
)
def test_a_cookie_cannot_start_a_clock_that_makes_no_sense(house, monkeypatch, kept):
    carrying(monkeypatch, kept.format(now=int(time.time())))
    page = Reader("lesson_plan")
    assert not page.has("lesson_plan.clock")
    assert bar(page) is None
    assert page.errors == []


def test_the_clock_of_yesterday_has_run_out(house, monkeypatch):
    carrying(monkeypatch, f"{int(time.time()) - 86_400}.90.pictures.3")
    assert bar(Reader("matrix")) is None


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_while_a_lesson_goes_on_every_page_shows_its_step_and_its_question(
    house, monkeypatch, name, language
):
    carrying(monkeypatch, f"{int(time.time()) - 600}.90.pictures.2")
    page = Reader(name, language)
    slot, _ = plan_view.stops(90, "pictures")[2]
    told = next(s for s in lesson_plan.steps(language) if s.id == slot.step.id)
    assert (bar(page)["step"], bar(page)["ask"]) == (told.title, told.ask)
    assert 600 <= bar(page)["elapsed"] < 640


def test_a_stop_beyond_the_last_is_the_last(house, monkeypatch):
    carrying(monkeypatch, f"{int(time.time())}.45.language.99")
    shown = bar(Reader("home"))
    assert shown["next"] is None
    assert shown["step"] == lesson_plan.steps("en", "language")[-1].title


@pytest.mark.parametrize("which", lesson_plan.LESSONS)
def test_next_opens_every_link_of_the_plan_in_turn_with_its_settings(house, monkeypatch, which):
    carrying(monkeypatch, f"{int(time.time())}.90.{which}.0")
    page = Reader("lesson_plan")
    linked = {"lesson_plan"} | {link.page for _, link in plan_view.stops(90, which) if link}
    titles = {name: Reader(name).app.title[0].value for name in linked}
    for number, (slot, link) in enumerate(plan_view.stops(90, which)):
        # AppTest has no component to press: what its trigger does
        page.state[going.KEPT] = re.sub(r"[0-9]+$", str(number), page.state[going.KEPT])
        page.state[lesson_bar.OPEN] = True
        page.run()
        assert bar(page)["ask"] == slot.step.ask
        # A step without a page leaves the class where it is; AppTest starts from the plan.
        assert page.app.title[0].value == titles[link.page if link else "lesson_plan"]
        if link and link.spec:
            expected = link.spec.model_dump(exclude={"kind"})
            assert {k: page.draft[k] for k in expected} == expected


def test_a_link_of_the_plan_takes_the_bar_along_and_leaves_no_trace_in_the_address(page):
    page.click("lesson_plan.start")
    links = [n.proto.query_string for n in page.nodes() if n.type == "page_link"]
    stops = plan_view.stops(90, "pictures")
    with_page = [number for number, (_, link) in enumerate(stops) if link]
    assert [int(query.rsplit("stop=")[1]) for query in links] == with_page
    page.app.query_params["stop"] = "9"
    page.open("matrix")
    assert bar(page)["stop"] == 9
    assert "stop" not in page.app.query_params


def test_another_length_and_another_lesson_while_the_clock_runs_change_the_bar(page):
    page.click("lesson_plan.start").choose("lesson_plan.length", 45)
    assert bar(page)["minutes"] == 45
    page.choose("lesson_plan.lesson", "language")
    assert page.picture(lesson_bar.KEY)["kept"].endswith(".45.language.0")


def test_each_link_leads_to_its_page_with_its_settings(page):
    wanted = [
        (link.page, link.spec)
        for slot in plan_view.slots(90, "pictures")
        for link in slot.step.links
        if link.page in PAGES
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
