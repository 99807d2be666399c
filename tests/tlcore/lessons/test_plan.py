"""The lesson plan fits the time to the minute, in every language."""

import pytest

from tlcore.lessons import lesson_plan
from tlcore.lessons.lesson_plan import Step, fit
from tlcore.runs.spec import FineTuneSpec
from tlcore.words import i18n


def step(name, minutes, least, optional=False):
    return Step(name, minutes, least, optional, name, "", "", "", ())


TOY = [step("a", 10, 6), step("b", 20, 10, optional=True), step("c", 15, 8), step("d", 5, 4)]


def lengths(total, steps=TOY):
    return {slot.step.id: slot.ends - slot.begins for slot in fit(steps, total)}


def test_the_usual_time_is_the_usual_plan():
    assert lengths(50) == {"a": 10, "b": 20, "c": 15, "d": 5}


def test_less_time_shrinks_each_step_towards_its_least():
    assert lengths(39) == {"a": 8, "b": 15, "c": 12, "d": 4}  # 28 at least; 11 of 22 to share
    assert lengths(28) == {"a": 6, "b": 10, "c": 8, "d": 4}


def test_what_may_be_left_out_is_left_out_where_even_the_least_is_too_much():
    assert lengths(27) == {"a": 9, "c": 13, "d": 5}
    assert lengths(9) == {"a": 3, "c": 5, "d": 1}  # less than the least: still a share for each


def test_more_time_stretches_every_step():
    assert lengths(100) == {"a": 20, "b": 40, "c": 30, "d": 10}


@pytest.mark.parametrize("lesson", lesson_plan.LESSONS)
@pytest.mark.parametrize("total", range(30, 181))
def test_the_steps_follow_one_another_and_fill_the_time(total, lesson):
    found = fit(lesson_plan.steps("en", lesson), total)
    assert [slot.begins for slot in found] == [0, *(slot.ends for slot in found[:-1])]
    assert found[-1].ends == total
    assert all(slot.begins < slot.ends for slot in found)


@pytest.mark.parametrize("lesson", lesson_plan.LESSONS)
def test_ninety_minutes_are_the_plan_as_it_is_written(lesson):
    written = lesson_plan.steps("en", lesson)
    assert [slot.ends - slot.begins for slot in fit(written, 90)] == [s.minutes for s in written]


@pytest.mark.parametrize("lesson", lesson_plan.LESSONS)
@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_step_says_what_to_click_to_ask_and_to_do(language, lesson):
    for found in lesson_plan.steps(language, lesson):
        assert found.title
        assert found.click
        assert found.ask
        assert found.pupils
        assert 0 < found.least <= found.minutes
        assert all(link.words for link in found.links)
    assert lesson_plan.before(language, lesson)


def test_the_lesson_about_language_visits_its_four_pages():
    visited = {link.page for step in lesson_plan.steps("en", "language") for link in step.links}
    assert {"words_in_context", "objectives", "fine_tune_text", "generate"} <= visited


def test_the_cells_are_dealt_as_the_links_say():
    cells = next(s for s in lesson_plan.steps("en") if s.id == "cells")
    dealt = [
        (link.words, link.spec.data, link.spec.train_size) for link in cells.links if link.spec
    ]
    assert dealt == [
        ("Similar and small", "garments", 40),
        ("Different and small", "digits", 40),
        ("Similar and large", "garments", 6_000),
        ("Different and large", "font_digits", 6_000),
    ]


def test_three_new_blocks_are_what_the_link_sets():
    recipe = next(s for s in lesson_plan.steps("en") if s.id == "recipe")
    first, second = (link.spec for link in recipe.links)
    assert isinstance(first, FineTuneSpec)
    assert (first.read, first.keep, first.freeze) == (8, 5, 5)
    assert (second.read, second.keep, second.freeze) == (8, 5, 0)
