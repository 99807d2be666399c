"""The strips: asked for, filling, answered; which stretch of rates is wider."""

import pytest

from pages.lab.learning_rate import (
    filling as rate_filling,
)
from pages.lab.learning_rate import sensitivity as view
from pages.lab.learning_rate import (
    sensitivity_figure as rate_figure,
)
from pages.ui.runs.rate_words import rate
from tests.pages.lab.learning_rate.house import BOTH, PAGE, strips, waiting
from tests.pages.reader import Reader
from tests.pages.test_every_page import left_in_english
from tlcore.experiments.learning_rate import reading as rate_strips
from tlcore.experiments.learning_rate.presets import GRIDS
from tlcore.words import i18n


def htmls(reader):
    return "\n".join(node.proto.body for node in reader.nodes() if node.type == "html")


@BOTH
def test_before_a_prediction_the_strips_cannot_be_started(house, language):
    reader = Reader(PAGE, language)
    assert reader.has("predict.rate_strips.choice")
    assert not reader.has(f"{PAGE}.strips.start")


@BOTH
def test_the_button_asks_for_one_run_which_fills_as_its_rows_come(house, page, language):
    reader = page(language).click(f"{PAGE}.strips.start")
    [run_id] = waiting(house, "rates")
    spec = house.run(run_id).spec
    assert (spec["data"], spec["train_size"], spec["seed"]) == ("digits", 40, 0)
    point = {"kind": "point", "strip": "head", "rate": GRIDS["head"][3], "accuracy": [0.5, 0.7]}
    house.begin(run_id)
    house.store.append(run_id, 1, 1, [point])
    reader.run()
    told = i18n.t("rates.filled", language, done=1, of=20)
    assert told in htmls(reader)
    assert f'title="{rate(GRIDS["head"][3])}: 60%"' in htmls(reader)
    assert reader.errors == []


@BOTH
def test_the_answer_says_how_wide_each_stretch_is_and_which_is_wider(house, page, language):
    reader = page(language).click(f"{PAGE}.strips.start")
    [run_id] = waiting(house, "rates")
    house.answer(run_id, **strips())
    reader.run()
    found = {name: rate_strips.of(strips(), name) for name in rate_figure.STRIPS}
    mean, half = rate_strips.wider(found["head"], found["all"])
    values = {"tens": f"{mean:.1f}", "half": f"{half:.1f}", "seeds": 3}
    assert i18n.t("rates.wider.head", language, **values) in reader.markdown()
    for name, strip in found.items():
        assert i18n.t(f"rates.strip.{name}", language) in reader.markdown()
        assert [rate(value) for value in strip.rates] in rates(reader, language)
    if language == "ko":
        assert left_in_english(reader.texts()) == []
    assert reader.errors == []


def rates(reader, language):
    """The column of rates of each table."""
    column = i18n.t("rates.rate", language)
    return [list(f.value[column]) for f in reader.app.dataframe if column in f.value]


def test_a_head_alone_that_holds_at_a_tenth_is_the_first_answer():
    found = {name: rate_strips.of(strips(), name) for name in rate_figure.STRIPS}
    assert view._answer(found) == 0
    same = {"head": found["all"], "all": found["all"]}
    assert view._answer(same) == 3
    noisy = strips()["strips"]["head"]
    noisy["accuracy"] = [[0.9, 0.3, 0.5, 0.7, 0.2]] + noisy["accuracy"][1:]
    noisy["accuracy"][rate_strips.nearest(found["head"], 0.1)] = [0.9, 0.6, 0.8, 0.7, 0.9]
    unclear = {"head": rate_strips.Strip(**noisy), "all": found["all"]}
    assert view._answer(unclear) is None


KINDS_OF_SOLVED = [(0.82, "equal"), (0.81, "open"), (0.7, "behind"), (0.9, "ahead")]


@pytest.mark.parametrize(("solved", "key"), KINDS_OF_SOLVED)
def test_the_solved_head_is_compared_in_pairs(page, solved, key):
    spread = [solved + 0.001 * k for k in (0, 1, 2, 3, 4)]
    if key == "open":
        spread = [solved + 0.05 * (-1) ** k for k in range(5)]
    head = rate_strips.of(strips(), "head")
    page()
    said = view._solved(head, spread)
    values = {"behind": "less", "ahead": "more", "equal": "equal to the best", "open": "too few"}
    assert values[key] in said


@BOTH
def test_another_data_set_is_another_run_and_stays_chosen(house, page, language):
    reader = page(language)
    reader.choose(f"{PAGE}.data", "garments")
    reader.choose(f"{PAGE}.size", 100)
    reader.click(f"{PAGE}.strips.start")
    [run_id] = waiting(house, "rates")
    assert house.run(run_id).spec["data"] == "garments"
    assert house.run(run_id).spec["train_size"] == 100
    reader.open("home").open(PAGE)
    assert reader.widget(f"{PAGE}.data").value == "garments"


@BOTH
def test_a_run_that_failed_is_told_and_can_be_tried_again(house, page, language):
    reader = page(language).click(f"{PAGE}.strips.start")
    [run_id] = waiting(house, "rates")
    house.fail(run_id, "data.damaged", file="digits")
    reader.run()
    assert len(reader.errors) == 1
    assert reader.has(f"{PAGE}.strips.start")


def test_the_same_rate_stands_at_the_same_place_in_both_strips():
    places = {}
    for name, rates in GRIDS.items():
        left, right = rate_filling.margins(name)
        cell = (100 - left - right) / len(rates)
        places[name] = {value: left + cell * (n + 0.5) for n, value in enumerate(rates)}
    shared = places["head"].keys() & places["all"].keys()
    assert {1e-4, 0.1} <= shared
    for value in shared:
        assert places["head"][value] == pytest.approx(places["all"][value], abs=0.1)
