"""Home: one button runs the demonstration."""

import pytest

from pages.ui.forms import clicks
from pages.ui.runs import live_run
from tests.pages.reader import Reader
from tlcore.lessons import statements


@pytest.fixture
def home(house):
    return Reader()


def test_the_demonstration_is_trained_before_the_reader_even_if_it_is_recorded(home, house):
    home.click("home.start")
    [first] = house.waiting()
    assert home.picture("home.live")["runs"][0]["id"] == first
    house.finish(first)
    home.click("home.start")
    [second] = house.waiting()
    assert second != first


def test_ten_clicks_are_one_demonstration(home, house):
    for _ in range(10):
        home.click("home.start")
    assert len(house.waiting()) == 1


def test_the_end_is_told_with_its_interval(home, house):
    home.click("home.start")
    house.finish(house.waiting()[0])
    [told] = [s.value for s in home.run().app.success]
    assert "25% of 40" in told
    assert "10% to 40%" in told


def test_the_demonstration_of_home_does_not_move_the_settings_of_the_lab(home, house):
    before = home.open("fine_tune").draft
    home.open("home").click("home.start").open("fine_tune")
    assert home.draft == before
    assert not home.has("fine_tune.live")


def test_home_leads_along_the_path_of_the_lessons(home):
    links = [n.proto.page for n in home.nodes() if n.type == "page_link"]
    understand = ["what_it_sees", "why_transfer", "what_layers_know", "kinds_of_learning", "claims"]
    lab = ["fine_tune", "compare", "learning_rate", "break_it"]
    language = ["words_in_context", "objectives", "fine_tune_text", "generate"]
    assert links == [*understand, "matrix", "my_dataset", *lab, *language, "room"]


def test_every_page_that_teaches_a_statement_is_on_the_path(home):
    links = {n.proto.page for n in home.nodes() if n.type == "page_link"}
    assert {row.page for row in statements.every()} <= links


def test_a_reload_finds_the_demonstration_that_goes_on(home, house):
    home.click("home.start")
    [run_id] = house.waiting()
    assert Reader(cookie=home.name).picture("home.live")["runs"][0]["id"] == run_id
    assert not Reader().has("home.live")  # another reader
    house.finish(run_id)
    assert not Reader(cookie=home.name).has("home.live")


def test_a_click_counts_where_the_server_is_new_and_has_no_callback_yet(monkeypatch):
    acts, reruns = [], []
    monkeypatch.setattr(live_run.st, "button", lambda label, **looks: True)
    monkeypatch.setattr(live_run.st, "rerun", lambda: reruns.append(1))
    monkeypatch.setattr(live_run.st, "session_state", {})
    clicks.press("Start", "home.start", acts.append, (1,))
    assert (acts, reruns) == ([1], [1])
    clicks._acted("home.start", acts.append, (2,))  # what Streamlit does otherwise
    clicks.press("Start", "home.start", acts.append, (2,))
    assert (acts, reruns) == ([1, 2], [1])
