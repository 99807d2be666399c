"""A question before an experiment: asked once, counted for the room, held for the class."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from pages.lab.break_it.cases import NUMBERS, Case
from pages.ui.lesson import predict
from pages.ui.runs import runs
from pages.ui.server import host
from tests.nonempty import files_of
from tests.pages.house import House
from tests.pages.reader import Reader
from tlcore.ground.errors import UserError
from tlcore.ground.paths import ROOT
from tlcore.words import i18n

TEXTS = {
    "predict.toy.question": "Which wins?",
    "predict.toy.option.0": "The first",
    "predict.toy.option.1": "The *second*",
}
PAGE = """
import streamlit as st
from pages.ui.lesson import predict

if predict.ask("toy"):
    st.markdown("the experiment")
    predict.told("toy", st.session_state.get("right"))
"""

Ask = Callable[..., AppTest]


@pytest.fixture
def toy(house: House, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """toy("ada") is the page as that reader finds it."""
    known = i18n.texts
    monkeypatch.setattr(i18n, "texts", lambda language: known(language) | TEXTS)
    readers: dict[str, AppTest] = {}

    def look(name: str, language: str = "en") -> AppTest:
        monkeypatch.setattr(runs, "user", lambda: name)
        if name not in readers:
            page = AppTest.from_string(PAGE, default_timeout=30)
            page.session_state["language"] = language
            readers[name] = page
        Reader.now = type("Now", (), {"state": readers[name].session_state})()  # type: ignore[assignment]
        page = readers[name].run()
        assert [e.value for e in page.exception] == []
        return page

    look.click = lambda name, key: (look(name).button(key=key).click(), look(name))[1]  # type: ignore[attr-defined]
    return look


def shown(page: AppTest) -> bool:
    return "the experiment" in [m.value for m in page.markdown]


def say(toy: Ask, name: str, option: int) -> AppTest:
    toy(name).radio(key="predict.toy.choice").set_value(option)
    return toy.click(name, "predict.toy.say")  # type: ignore[attr-defined]


def told(page: AppTest) -> str:
    return " ".join(m.value for m in [*page.markdown, *page.caption])


def test_the_experiment_comes_after_the_answer(toy):
    page = toy("ada")
    assert not shown(page)
    assert page.radio(key="predict.toy.choice").options == ["The first", "The *second*"]
    assert shown(say(toy, "ada", 0))
    assert shown(toy("ada"))  # asked once
    assert not toy("ada").radio


def test_a_click_without_a_choice_is_told_what_to_do(toy):
    page = toy.click("ada", "predict.toy.say")
    assert not shown(page)
    assert len(page.error) == 1


def test_whoever_wants_to_see_it_sees_it_and_is_not_counted(toy, house):
    assert shown(toy.click("ada", "predict.toy.pass"))
    assert house.store.standing("ada", "toy").tally.said == 0


def test_the_run_answers_beside_the_reader_and_the_room(toy):
    say(toy, "ada", 0)
    say(toy, "bob", 1)
    toy("ada").session_state["right"] = 1
    page = toy("ada")
    assert "You said: The first.** This run says: **The *second*" in told(page)
    counts = table(page)
    assert "<td>1</td><td>50%" in counts
    assert "The first <span>you</span></th>" in counts
    assert "The *second* <span>✓ this run</span></th>" in counts
    toy("bob").session_state["right"] = 1
    assert "This run says so, too" in told(toy("bob"))
    toy("bob").session_state["right"] = None
    assert "does not decide" in told(toy("bob"))


def test_held_results_wait_for_the_class(toy, house):
    house.store.hold_results(2)
    page = say(toy, "ada", 0)
    assert not shown(page)
    assert "1 of 2" in told(page)
    assert not any(b.key == "predict.toy.pass" for b in toy("bob").button)
    assert shown(say(toy, "bob", 1))
    assert shown(toy("ada"))


def test_only_whoever_sits_at_the_server_shows_held_results(toy, house, monkeypatch):
    house.store.hold_results(9)
    say(toy, "ada", 0)
    assert not any(b.key == "predict.toy.now" for b in toy("ada").button)
    monkeypatch.setattr(host, "at_the_server", lambda: True)
    toy.click("ada", "predict.toy.now")
    assert shown(toy("ada"))


def test_texts_of_a_room_that_spoke_otherwise_before_break_nothing(toy, house):
    house.store.answer("ada", "toy", 7)  # an answer to a question that has changed since
    page = toy("ada")
    assert shown(page)
    assert "Your prediction: **7**" in told(page)


def test_words_in_an_answer_are_not_html(toy, monkeypatch):
    monkeypatch.setitem(TEXTS, "predict.toy.option.0", "<b>bold</b>")
    say(toy, "ada", 0)
    assert "&lt;b&gt;bold" in table(toy("ada"))


def table(page: AppTest) -> str:
    return next(h.proto.body for h in page.get("html") if "<table" in h.proto.body)


def asked() -> set[str]:
    """Every question that a page asks."""
    found = set()
    for file in files_of(ROOT, "pages/**/*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in (
                "predict.ask",
                "predict.told",
            ):
                if ast.unparse(node.args[0]) == "case.question":
                    found |= {Case(number, 0).question for number in NUMBERS}
                    continue
                told = f"{file.name}: {ast.unparse(node)}: write the name out"
                assert isinstance(node.args[0], ast.Constant), told
                found.add(str(node.args[0].value))
    assert len(found) > len(NUMBERS)
    return found


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_question_and_its_answers_have_words(language, monkeypatch):
    monkeypatch.setattr(predict, "language", lambda: language)
    texts = i18n.texts(language)
    for name in asked():
        assert f"predict.{name}.question" in texts
        assert len(predict.options(name)) >= 2, name


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_no_prediction_is_told_and_asked_again(toy: Ask, language: str) -> None:
    toy("ada", language)
    page = toy.click("ada", "predict.toy.say")  # type: ignore[attr-defined]
    told = i18n.tell(UserError("predict.choose"), language)
    assert [e.value.replace("\\", "") for e in page.error] == [told]
    assert not shown(page)
