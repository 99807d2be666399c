"""Fine-tuning texts: both sets read layer by layer before a run, in both languages."""

from __future__ import annotations

import pytest

from pages.language.fine_tune_text import layers as text_layers
from tests.pages.language.fine_tune_text_house import (
    PAGE,
    installed,  # noqa: F401 (a fixture)
    unguessed,  # noqa: F401 (a fixture)
    waiting,
)
from tests.pages.reader import Reader
from tests.pages.test_every_page import left_in_english
from tlcore import catalog
from tlcore.words import i18n

BOTH = pytest.mark.parametrize("language", i18n.LANGUAGES)


def layers(last=0.66, asked=100, half=0.05, chance=0.5, **more):
    """As tlcore.experiments.text.run.probes tells it: seven layers, the fourth best on
    validation."""
    names = [block.name for block in catalog.backbone("minilm").blocks]
    few = [{"accuracy": 0.55 + n / 50, "half": half, "val": 0.5} for n in range(7)]
    every = [{"accuracy": 0.6, "half": None, "val": 0.55 + 0.1 * (n == 4)} for n in range(7)]
    every[4]["accuracy"], every[6]["accuracy"] = 0.7, last
    curves = [
        {"labels": 20, "draws": 5, "layers": few},
        {"labels": 240, "draws": 1, "layers": every},
    ]
    return {
        **{"layers": names, "curves": curves, "asked": asked, "validated": 60, "chance": chance},
        **{"cut": 0, **more},
    }


@BOTH
def test_nothing_is_computed_before_a_reader_asks(house, language):
    reader = Reader(PAGE, language)
    assert house.waiting() == []
    assert reader.errors == []
    if language == "ko":
        assert left_in_english(reader.texts()) == []


@BOTH
def test_both_sets_are_read_by_one_click_and_told_layer_by_layer(house, page, language):
    reader = page(language).click(f"{PAGE}.layers")
    asked = {house.run(run_id).spec["data"]: run_id for run_id in waiting(house, "text_layers")}
    assert set(asked) == {"reviews", "topics"}
    house.answer(asked["reviews"], **layers())
    house.answer(asked["topics"], **layers(last=0.95, chance=0.2))
    reader.run()
    assert reader.errors == []
    told = reader.widget(f"{PAGE}.layers.reviews.figure").proto.alt
    layer = i18n.t("tune.layer.n", language, n=4)
    assert layer in told
    assert "70%" in told
    assert i18n.t("tune.layers.both", language) in reader.markdown()
    if language == "ko":
        assert left_in_english(reader.texts()) == []


def test_a_layer_that_validation_chose_is_set_against_the_last_one(house, page):
    names = ["a", *"bcdefg"]
    reader = page().click(f"{PAGE}.layers")
    [first, second] = waiting(house, "text_layers")
    house.answer(first, **layers(last=0.69))
    house.answer(second, **layers(last=0.1, asked=1000))
    reader.run()
    told = [reader.widget(f"{PAGE}.layers.{d}.figure").proto.alt for d in ("reviews", "topics")]
    assert sorted("too few texts" in text for text in told) == [False, True]
    assert sorted("better by 60.0" in text for text in told) == [False, True]
    assert len(text_layers.figure(layers(), names)["data"]) == 3  # two curves, and guessing


@pytest.mark.parametrize(
    ("gap", "word"),
    [
        ([0.05, 0.01, 0.09], "better by 5.0 ± 4.0"),
        ([-0.05, -0.09, -0.01], "worse by 5.0 ± 4.0"),
        ([0.0, -0.01, 0.01], "equal to within 2 points"),
        ([0.05, -0.01, 0.11], "too few texts"),
    ],
)
def test_pairs_of_the_same_texts_decide_where_they_were_kept(page, gap, word):
    """Of 150 texts 70 % against 69 %, as independent shares, would be open in every case."""
    page()
    result = layers(last=0.69, asked=150)
    assert text_layers.over_last(result, 4).word == "open"  # an older run
    result["curves"][-1]["layers"][4]["over_last"] = gap
    names = [str(place) for place in range(7)]
    assert word in text_layers._told(result, names)


@pytest.mark.parametrize(
    ("reviews", "topics", "option"), [(0.95, 0.6, 0), (0.66, 0.95, 1), (0.9, 0.92, 2)]
)
def test_the_prediction_is_answered_by_both_sets(reviews, topics, option):
    done = {"reviews": layers(last=reviews), "topics": layers(last=topics)}
    assert text_layers.answer(done) == option


def test_a_guess_comes_before_the_answer(house):
    reader = Reader(PAGE, cookie="guesser")
    reader.click(f"{PAGE}.layers")
    for run_id in waiting(house, "text_layers"):
        house.answer(run_id, **layers())
    reader.run()
    assert not reader.has(f"{PAGE}.layers.reviews.figure")
    reader.choose("predict.text_layers.choice", 1).click("predict.text_layers.say")
    assert reader.has(f"{PAGE}.layers.reviews.figure")
