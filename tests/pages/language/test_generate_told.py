"""Generating: what is said of scores, by intervals, in pairs, and as the answer to a question."""

import pytest

from pages.language.generate import (
    prompts as generate_prompts,
)
from pages.language.generate import (
    tasks as generate_tasks,
)
from tests.pages.language.generate_house import (
    PAGE,
    scored,
    there,  # noqa: F401 (a fixture)
    trained,
)
from tests.pages.reader import Reader
from tlcore.data.texts.mixture import TASKS
from tlcore.experiments.generate import reading as generate_reading
from tlcore.words import i18n


@pytest.mark.parametrize(
    ("model", "words", "right"),
    [
        (0.9, "ahead of the best", None),
        (0.52, "too few texts to say", 3),
        (0.1, "**behind** the best", 3),
    ],
)
def test_an_older_run_is_told_by_its_two_intervals(house, model, words, right):
    Reader(PAGE)  # the words are asked for in a page
    result = trained(model)
    assert words in generate_tasks.readings(result, None)[0]
    assert generate_tasks.answer(result) == right


@pytest.mark.parametrize(
    ("over", "words", "right"),
    [
        ([0.05, 0.01, 0.09], "ahead of the best baseline", None),
        ([0.0, -0.01, 0.01], "equal to the best baseline to within 2 points", 3),
        ([0.05, -0.01, 0.11], "too few texts to say", 3),
        ([-0.05, -0.09, -0.01], "**behind** the best baseline", 3),
    ],
)
def test_the_same_texts_are_compared_in_pairs(house, over, words, right):
    """55 against 50 %, each within ten points: as two intervals, always too few to say."""
    Reader(PAGE)
    result = trained(0.55)
    for of in result["scores"].values():
        for task in of.values():
            task["over"] = {"usual": over, "copy": [0.5, 0.4, 0.6], "nearest": [0.3, 0.2, 0.4]}
    line = generate_tasks.readings(result, None)[0]
    assert words in line
    assert f"{100 * over[0]:+.0f}" in line or "equal" in line
    assert generate_tasks.answer(result) == right


def test_a_start_is_compared_with_scratch_text_by_text(house):
    Reader(PAGE)
    mine, scratch = trained(0.55), trained(0.5)
    assert set(generate_reading.transfer(mine, scratch, "held_out").values()) == {"open"}
    told = generate_tasks.readings(mine, scratch)
    assert i18n.t("generate.read.open_transfer", "en") in told
    for task in TASKS:  # four of forty more, and none lost
        mine["scores"]["held_out"][task]["each"] = [1.0] * 24 + [0.0] * 16
        scratch["scores"]["held_out"][task]["each"] = [1.0] * 12 + [0.0] * 28
    assert set(generate_reading.transfer(mine, scratch, "held_out").values()) == {"ahead"}
    for task in TASKS:
        scratch["scores"]["held_out"][task]["each"] = [1.0] * 36 + [0.0] * 4
    assert set(generate_reading.transfer(mine, scratch, "held_out").values()) == {"behind"}
    assert i18n.t("generate.read.no_transfer", "en") in generate_tasks.readings(mine, scratch)


def test_one_task_that_is_ahead_answers_the_question():
    result = trained(0.5)
    result["scores"]["held_out"]["question"] = {
        "texts": 40,
        "by": {
            name: {"exact": v, "exact_half": 0.05, "f1": v, "f1_half": 0.05}
            for name, v in (("model", 0.9), ("usual", 0.1), ("copy", 0.1), ("nearest", 0.1))
        },
    }
    assert generate_tasks.answer(result) == 1


@pytest.mark.parametrize(("nearest", "key"), [(0.99, "behind"), (0.93, "open"), (0.7, "ahead")])
def test_the_nearest_example_is_told_as_it_was_measured(nearest, key):
    told = generate_prompts.readings(scored(trained=0.9, nearest=nearest))[-1]
    assert told == i18n.t(f"generate.read.nearest.{key}", "en", nearest=f"{nearest:.0%}")


def test_the_same_prompts_are_compared_in_pairs(house):
    Reader(PAGE)
    result = scored(trained=0.9, nearest=0.93)
    result["scores"]["tasks"][-1]["over"] = {
        "nearest": [-0.03, -0.05, -0.01],
        "shuffled": [0.4] * 3,
    }
    told = generate_prompts.readings(result)[-1]
    assert told == i18n.t("generate.read.nearest.behind", "en", nearest="93%")
    result["scores"]["tasks"][-1]["over"]["nearest"] = [-0.001, -0.011, 0.009]
    told = generate_prompts.readings(result)[-1]
    assert told == i18n.t("generate.read.nearest.equal", "en", nearest="93%", margin="2")


def test_examples_that_help_as_much_when_exchanged_are_no_learning():
    assert "no clear sign" in generate_prompts.readings(scored(shuffled=0.95))[0]
    assert "in-context learning" in generate_prompts.readings(scored())[0]


@pytest.mark.parametrize(("plain", "right"), [(0.8, 0), (0.52, 1), (0.3, 1)])
def test_the_question_about_the_plain_model_is_answered_by_the_run(plain, right):
    assert generate_prompts.answer(scored(plain=plain)) == right
