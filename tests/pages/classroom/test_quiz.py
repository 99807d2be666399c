"""The quiz: an answer is told right or wrong with its reason, and the first one counts."""

import pytest

from pages.ui.frame import navigation
from tests.pages.reader import Reader
from tlcore.words import i18n, quiz

ROWS = quiz.lessons("en")["why_transfer"]


@pytest.fixture
def page(house):
    return Reader("quiz")


def told(page):
    return [s.value for s in page.app.success], [w.value for w in page.app.warning]


def score(page):
    return next(m.value for m in page.app.markdown if "first try" in m.value)


def test_nothing_is_judged_before_an_answer(page):
    assert told(page) == ([], [])
    assert not page.has("quiz.again")
    assert [page.widget(f"quiz.why_transfer.{n}").value for n in range(len(ROWS))] == [None] * 5


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_right_answer_says_so_and_why(house, language):
    page = Reader("quiz", language)
    row = quiz.lessons(language)["why_transfer"][0]
    page.choose("quiz.why_transfer.0", row.right)
    why = row.options[row.right].why
    assert told(page) == ([i18n.t("quiz.right", language, why=why)], [])


def test_a_wrong_answer_says_what_is_wrong_and_the_first_one_counts(page):
    wrong = (ROWS[0].right + 1) % 3
    page.choose("quiz.why_transfer.0", wrong)
    assert told(page) == ([], [i18n.t("quiz.wrong", "en", why=ROWS[0].options[wrong].why)])
    page.choose("quiz.why_transfer.0", ROWS[0].right)
    assert len(told(page)[0]) == 1
    page.choose("quiz.why_transfer.1", ROWS[1].right)
    assert score(page) == i18n.t("quiz.score", "en", right=1, tried=2, of=5)


def test_answers_survive_another_lesson_another_page_and_a_new_language(page):
    page.choose("quiz.why_transfer.0", ROWS[0].right).choose("quiz.lesson", "matrix")
    assert told(page) == ([], [])
    page.choose("quiz.lesson", "why_transfer").speak("ko").open("home").open("quiz").speak("en")
    assert page.widget("quiz.why_transfer.0").value == ROWS[0].right
    assert score(page) == i18n.t("quiz.score", "en", right=1, tried=1, of=5)


def test_a_lesson_can_be_asked_anew_without_the_others(page):
    page.choose("quiz.why_transfer.0", 0).choose("quiz.lesson", "matrix")
    page.choose("quiz.matrix.0", 0).click("quiz.again")
    assert page.widget("quiz.matrix.0").value is None
    page.choose("quiz.lesson", "why_transfer")
    assert page.widget("quiz.why_transfer.0").value == 0


def test_a_link_names_the_lesson_and_every_page_that_is_asked_about_is_there(house):
    assert Reader("quiz", lesson="matrix").has("quiz.matrix.0")
    assert Reader("quiz", lesson="no such").has("quiz.why_transfer.0")
    options = Reader("quiz").widget("quiz.lesson").options
    assert len(options) == len([name for name in quiz.lessons("en") if name in navigation.PAGES])


def test_nobody_sees_the_answers_of_another(page):
    page.choose("quiz.why_transfer.0", 0)
    assert Reader("quiz").widget("quiz.why_transfer.0").value is None


def test_a_plans_link_shows_one_question_though_all_were_shown_before(page):
    shown = [f"quiz.why_transfer.{n}" for n in range(len(ROWS))]
    assert all(page.has(key) for key in shown)
    page.app.query_params["one"] = "1"
    page.run()
    assert [page.has(key) for key in shown] == [True] + [False] * 4
    page.app.toggle(key="quiz.one").set_value(False)
    page.run()  # the address still says it: it was heard once
    assert all(page.has(key) for key in shown)
