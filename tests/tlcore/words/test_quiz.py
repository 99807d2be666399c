"""The questions: the same in every language, each answer with its reason, and true to what was
measured."""

import re

import pytest
from scipy import stats

from pages.ui.frame import navigation
from tlcore.experiments.matrix import evidence
from tlcore.ground import difference
from tlcore.words import i18n, quiz

QUESTIONS = [(page, n) for page, rows in quiz.lessons("en").items() for n in range(len(rows))]


def test_the_languages_ask_the_same():
    english = quiz.lessons("en")
    for language in i18n.LANGUAGES:
        other = quiz.lessons(language)
        assert list(other) == list(english)
        for page, rows in english.items():
            shapes = [[(q.right, len(q.options)) for q in found] for found in (rows, other[page])]
            assert shapes[0] == shapes[1], page


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_answer_has_a_reason_of_its_own(language):
    for page, rows in quiz.lessons(language).items():
        assert len(rows) >= 2
        for question in rows:
            assert 0 <= question.right < len(question.options), (page, question.ask)
            for found in ([o.says for o in question.options], [o.why for o in question.options]):
                assert all(found), question.ask
                assert len(set(found)) == len(found) >= 3, question.ask


def test_the_right_answer_stands_in_every_place():
    places = [quiz.lessons("en")[page][n].right for page, n in QUESTIONS]
    assert all(places.count(place) >= len(places) // 5 for place in range(3))


def test_every_lesson_that_is_asked_about_is_a_page():
    assert set(quiz.lessons("en")) <= set(navigation.PAGES)


def test_the_first_answer_counts():
    rows = quiz.lessons("en")["why_transfer"]
    right = {n: q.right for n, q in enumerate(rows)}
    assert quiz.score(rows, {}) == (0, 0)
    assert quiz.score(rows, right) == (len(rows), len(rows))
    assert quiz.score(rows, {**right, 0: (rows[0].right + 1) % 3}) == (len(rows) - 1, len(rows))


def test_what_quiz_and_lessons_say_of_the_matrix_is_what_was_measured():
    """Measured anew, the sentences in quiz.json, fine_tune.forms and matrix.measured must hold."""
    found = evidence.cell("similar_small")
    small = {r.strategy: r for r in found.rows}
    gap = found.less(small["everything"], small["head_only"])
    assert (gap.word, round(100 * gap.mean)) == ("ahead", 2)
    assert gap.low > 0
    assert found.less(small["everything"], small["from_7"]).word == "open"
    assert found.conditions["seeds"] == 5
    assert found.best.strategy == "everything"
    assert min(small.values(), key=lambda r: r.accuracy).strategy == "scratch"
    assert small["everything"].seconds > 10 * small["head_only"].seconds
    ours = {r.strategy: r for r in evidence.cell("similar_small", "photo").rows}
    for found in (small, ours):  # advice.similar_small.reason
        assert found["everything"].accuracy >= found["head_only"].accuracy
    large = {r.strategy: r for r in evidence.cell("similar_large").rows}
    assert 0.035 < large["everything"].accuracy - large["head_only"].accuracy < 0.04
    unlike = {r.strategy: r for r in evidence.cell("different_small").rows}
    gains = [
        found["everything"].accuracy - found["head_only"].accuracy for found in (small, unlike)
    ]
    assert gains[1] > 3 * gains[0] > 0
    assert unlike["from_7"].accuracy - unlike["earlier"].accuracy > 0.03
    plenty = evidence.cell("different_large")
    scratch = next(r for r in plenty.rows if r.strategy == "scratch")
    assert plenty.best.accuracy - scratch.accuracy < 0.01


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_quiz_and_lessons_name_the_margin_that_is_used(language):
    question = quiz.lessons(language)["matrix"][2]
    assert f"± {difference.POINTS}" in question.options[question.right].why
    told = {"en": "within two points", "ko": "2%p 안에"}[language]
    assert difference.MARGIN == 0.02
    for part in ("compare.forms", "matrix.measured"):
        assert told in i18n.lesson(part, language).replace("\n", " ")


def test_the_kappa_of_the_question_is_reckoned_right():
    by_chance = 0.8 * 0.8 + 0.2 * 0.2
    assert round(by_chance, 2) == 0.68
    assert round((0.80 - by_chance) / (1 - by_chance), 3) == 0.375
    for language in i18n.LANGUAGES:
        assert any(
            "0.375" in o.why for q in quiz.lessons(language)["kinds_of_learning"] for o in q.options
        )


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_spreads_of_the_question_are_judged_by_their_ratio(language):
    """Their own intervals would not do: that of 4 leaves 2 out, that of 2 leaves 4 in."""
    five, before, after = 5, 4, 2
    question = quiz.lessons(language)["fine_tune_text"][-1]
    assert {before, after} <= {int(n) for n in re.findall(r"\d", question.ask)}
    why = question.options[question.right].why
    f, free = (before / after) ** 2, (five - 1, five - 1)
    p = 2 * stats.f.sf(f, *free)
    low, high = ((f / stats.f.ppf(share, *free)) ** 0.5 for share in (0.975, 0.025))
    assert low < 1 < high
    for told in (f"{low:.2f}", f"{high:.1f}", f"F = {f:.1f}", f"p = {p:.2f}"):
        assert told in why
    far = [((five - 1) / stats.chi2.ppf(share, five - 1)) ** 0.5 for share in (0.975, 0.025)]
    assert before * far[0] > after
    assert [f"{end:.1f}" for end in far] == ["0.6", "2.9"]  # "0.6 and nearly 3 times"
