"""A lesson link: made by a form, honoured by its page, bounded whatever an address says."""

from __future__ import annotations

import base64
from urllib.parse import parse_qs, urlsplit

import pytest
import streamlit as st

from pages.classroom.lesson_links import form as lesson_form
from pages.ui.lesson import lesson_link
from tests.pages.reader import Reader
from tlcore import catalog
from tlcore.ground.errors import UserError
from tlcore.words import i18n

T = i18n.texts("en")
ASKED = "셋 중 무엇이 이길까요? Which of the three wins?"


def text(told):
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def made(reader):
    """Page and query of the link that the form shows."""
    found = urlsplit(reader.app.code[0].value)
    return found.path.rsplit("/", 1)[-1], {k: v[0] for k, v in parse_qs(found.query).items()}


def test_choices_beside_the_link_fold_where_a_phone_is_too_narrow(house):
    form = Reader("lesson_links").app
    for name in ("page", "language"):
        assert form.button_group(key=f"lesson_links.{name}").proto.wrap


def test_the_form_makes_a_link_to_the_lab_that_restores_and_hides(house):
    teacher = Reader("fine_tune", cookie="teacher").choose("fine_tune.epochs", 60)
    teacher.open("lesson_links")
    teacher.choose("lesson_links.hidden", ["lr", "head_lr"])
    teacher.choose("lesson_links.question", ASKED)
    page, query = made(teacher)
    assert page == "fine_tune"
    assert query == {"epochs": "60", "hide": "lr,head_lr", "ask": text(ASKED)}

    student = Reader("fine_tune", cookie="student", **query)
    assert student.errors == []
    assert student.widget("fine_tune.epochs").value == 60
    assert student.has("fine_tune.batch")
    assert not student.has("fine_tune.lr")
    assert not student.has("fine_tune.head_lr")
    assert student.app.markdown[0].value == "**" + ASKED.replace("?", "\\?") + "**"


def test_the_form_makes_a_link_to_the_race(house):
    teacher = Reader("lesson_links", cookie="teacher")
    teacher.choose("lesson_links.page", "why_transfer").choose("lesson_links.size", 200)
    teacher.choose("lesson_links.epochs", 60).choose("lesson_links.seed", 3)
    teacher.choose("lesson_links.hidden", ["seed"]).choose("lesson_links.language", "ko")
    page, query = made(teacher)
    assert page == "why_transfer"
    assert query == {"size": "200", "epochs": "60", "seed": "3", "hide": "seed", "lang": "ko"}

    student = Reader("why_transfer", "ko", cookie="student", **query)
    for ask in [b.key for b in student.app.button if b.key.endswith(".pass")]:
        student.click(ask)  # a page may ask for predictions first
    assert student.widget("why_transfer.size").value == 200
    assert student.widget("why_transfer.epochs").value == 60
    assert not student.has("why_transfer.seed")
    student.click("why_transfer.start")
    assert {house.run(name).spec["seed"] for name in house.waiting()} == {3}


def test_a_link_to_the_lab_carries_a_whole_plan_to_a_network_of_other_than_eight_blocks(
    house, on_disk
):
    """A number of a plan that a link does not name is 8 to whoever reads it, so all three are in
    it: block 9 alone learns was once sent as "freeze 8", and block 9 was gone."""
    on_disk("resnet18")
    n = len(catalog.backbone("resnet18").blocks)
    assert n != 8
    teacher = Reader("fine_tune", cookie="teacher").choose("fine_tune.backbone", "resnet18")
    teacher.choose("fine_tune.preset", "everything")
    teacher.state["draft"] |= {"freeze": 8}
    sent = {name: teacher.draft[name] for name in ("backbone", "read", "keep", "freeze")}
    _, query = made(teacher.open("lesson_links"))
    assert sent == {"backbone": "resnet18", "read": n, "keep": n, "freeze": 8}
    student = Reader("fine_tune", cookie="student", **query)
    assert student.errors == []
    assert {name: student.draft[name] for name in sent} == sent


def test_a_preset_of_the_lab_can_be_linked(house):
    teacher = Reader("lesson_links", cookie="teacher")
    teacher.choose("lesson_links.settings", "fine_tune.new_blocks.0")
    _, query = made(teacher)
    assert (query["keep"], query["freeze"], query["train_size"]) == ("5", "5", "200")


def test_the_form_keeps_its_choices_in_another_language_and_on_another_page(house):
    teacher = Reader("lesson_links", cookie="teacher")
    teacher.choose("lesson_links.hidden", ["plan"]).choose("lesson_links.question", "Why?")
    teacher.speak("ko").open("home").open("lesson_links")
    assert made(teacher)[1] == {"hide": "plan", "ask": text("Why?")}


def test_a_hidden_control_keeps_the_value_of_the_link(house):
    student = Reader("fine_tune", cookie="student", lr="0.05", hide="lr,plan,more,cost")
    assert student.draft["lr"] == 0.05
    student.choose("fine_tune.epochs", 3).click("fine_tune.start")
    assert [house.run(name).spec["lr"] for name in house.waiting()] == [0.05]
    assert student.app.query_params["hide"] == "lr,plan,more,cost"  # and a reload still hides
    assert "run" in student.app.query_params
    assert not student.has("fine_tune.blocks")


SHOWN = {"knobs": "fine_tune.difficulty", "plan": "fine_tune.blocks", "more": "fine_tune.batch"}


def test_every_control_of_the_lab_can_be_hidden(house):
    controls = lesson_link.CONTROLS["fine_tune"]
    keys = {SHOWN.get(name, f"fine_tune.{name}") for name in controls if name != "cost"}
    reader = Reader("fine_tune", data="signs")
    assert [key for key in keys if not reader.has(key)] == []
    assert reader.app.metric
    assert T["lesson_link.asks"] not in " ".join(c.value for c in reader.app.caption)
    bare = Reader("fine_tune", data="signs", hide=",".join(controls))
    assert [key for key in keys if bare.has(key)] == []
    assert not bare.app.metric
    assert bare.has("fine_tune.start")


def test_one_hidden_control_leaves_the_others(house):
    reader = Reader("fine_tune", hide="plan")
    assert not reader.has("fine_tune.blocks")
    assert all(reader.has(f"fine_tune.{name}") for name in ("lr", "epochs", "batch", "data"))


def test_a_damaged_question_is_told_and_the_page_is_whole(house):
    reader = Reader("fine_tune", ask="%%%", hide="language,../..,<b>")
    assert reader.errors == [i18n.t("error.lesson_link.damaged", "en")]
    assert reader.has("fine_tune.lr")


@pytest.fixture
def address(monkeypatch):
    def address(**given):
        monkeypatch.setattr(st, "query_params", given)

    return address


@pytest.mark.parametrize(
    "given", ["language,frame,../..,<b>", "x" * 9000, "a" * 500 + ",lr", "", ",,,"]
)
def test_names_that_are_no_controls_hide_nothing(address, given):
    address(hide=given)
    assert lesson_link.hidden() == frozenset()


@pytest.mark.parametrize(
    "given",
    [
        {"size": "41"},
        {"size": "-40"},
        {"epochs": "1e9"},
        {"seed": "99999999999999999999"},
        {"seed": "9" * 10_000},
        {"seed": "٣"},
        {"seed": "nan"},
    ],
)
def test_settings_that_a_page_does_not_offer_are_left_out(address, monkeypatch, given):
    monkeypatch.setattr(st, "session_state", {})
    address(**given)
    allowed = {"size": (20, 40), "epochs": (3, 15), "seed": range(10_000)}
    assert lesson_link.settings("toy", allowed) == {}
    address(size="20", epochs="4")
    assert lesson_link.settings("toy", allowed) == {"size": 20}
    assert lesson_link.settings("toy", allowed) == {}  # once: then the reader's own choice stands


def test_a_question_is_plain_text(house):
    told = "![x](http://evil.example/x.png) <b>Give</b> me `that`"
    shown = Reader("fine_tune", ask=text(told)).app.markdown[0].value
    assert shown.startswith("**\\!\\[x\\]\\(http\\:\u2060")
    assert "\\<b\\>Give" in shown


def test_a_question_is_one_short_line():
    assert lesson_link.tidy(" Why\n\nthis?\u202e\u0007 ") == "Why this?"
    assert len(lesson_link.tidy("가" * 1000)) == lesson_link.LONGEST
    assert lesson_link.read(text(ASKED)) == ASKED
    long = lesson_link.query("가" * 1000, ())["ask"]
    assert lesson_link.read(long) == "가" * lesson_link.LONGEST
    for damaged in ("", "A", text(ASKED)[:21], text("   ")):
        with pytest.raises(UserError, match="damaged"):
            lesson_link.read(damaged)


def test_every_control_and_page_of_the_form_has_words():
    for page, controls in lesson_link.CONTROLS.items():
        assert f"page.{page}" in T
        assert [c for c in controls if lesson_form.called(c) not in T] == []


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_control_that_can_be_hidden_bears_the_name_it_has_on_its_page(house, language):
    words = i18n.texts(language)
    lab = Reader("fine_tune", language).run()
    race = Reader("why_transfer", language).run()
    assert {words[lesson_form.called(c)] for c in ("train_size", "epochs")} <= _labels(lab)
    assert {words[lesson_form.called(c)] for c in ("size", "epochs", "seed")} <= _labels(race)


def _labels(reader):
    app = reader.app
    found = (app.slider, app.number_input, app.selectbox, app.button_group, app.select_slider)
    return {widget.label for kind in found for widget in kind}
