"""Senses told apart by layer: the judge, the forty sentences, what each number means."""

from __future__ import annotations

import numpy as np
import pytest

from tests import needs
from tests.tlcore.experiments.words.words_house import told
from tlcore.experiments.words import (
    sense_reading,
)
from tlcore.experiments.words.run import senses
from tlcore.runs import spec

pytestmark = pytest.mark.usefixtures("unhurried")


def test_the_judge_leaves_each_sentence_out_and_calls_a_tie_a_tie():
    rows = np.array([[0.0, 0], [0, 1], [9, 0], [9, 1], [9, 2]])
    assert senses.scores(rows, ["a", "a", "b", "b", "b"]) == [1, 1, 1, 1, 1]
    assert senses.scores(rows, ["a", "b", "b", "b", "a"])[1] == 0.0
    # its own vector in the middle of its sense would make this one right
    assert senses.scores(np.array([[0.0], [4], [1], [2]]), ["a", "a", "b", "b"])[0] == 0.0
    same = np.full((6, 4), 0.1) + np.random.default_rng(0).normal(size=(6, 4)) * 1e-9
    assert senses.scores(same, ["a", "b", "c"] * 2) == [pytest.approx(1 / 3)] * 6


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    folder = tmp_path_factory.mktemp("senses")
    return told(senses.rows(spec.parse({"kind": "senses"}), folder, folder))


@needs.minilm
def test_static_is_at_chance_by_definition_for_every_word(measured):
    assert [word["word"] for word in measured["words"]][:2] == ["bank", "bat"]
    for word in measured["words"]:
        static = word["views"]["static"]
        assert static["accuracy"] == pytest.approx(1 / len(word["senses"]), abs=0.01)


@needs.minilm
def test_bank_is_told_apart_best_by_a_layer_that_other_words_chose(measured):
    """The figures of 2020's MiniLM on the forty sentences, as the lesson tells them."""
    reading = sense_reading
    layer = reading.best_layer(measured)
    bank, nine = (reading.of_group(measured, group) for group in ("asked", "choose"))
    assert (layer, bank[0]["n"], len(nine)) == ("6", 40, 9)
    shares = {view: round(told["accuracy"], 3) for view, told in bank[0]["views"].items()}
    assert (shares["6"], shares["others"], shares["static"]) == (0.975, 0.9, 0.5)
    assert max(shares, key=lambda view: shares[view]) == "6"
    assert reading.difference(bank, layer, "static").word == "ahead"
    assert reading.difference(bank, layer, "others").word == "open"  # 3 of 40 sentences
    assert reading.difference(nine, layer, "static").word == "ahead"


@needs.minilm
def test_the_chosen_layer_tells_korean_senses_no_better_than_guessing(measured):
    """Layer 0 does, a little: it knows at which place a word stands, and no sentence."""
    korean = sense_reading.of_group(measured, "korean")
    assert [word["word"] for word in korean] == ["배", "눈", "다리", "밤"]
    view = sense_reading.best_layer(measured)
    share, chance, over = sense_reading.over_chance(korean, view)
    assert chance == pytest.approx((36 / 3 + 72 / 2) / 108)
    assert share - chance == pytest.approx(over.mean)
    assert over.word == "open"
    assert sense_reading.over_chance(korean, "static")[2].mean == pytest.approx(0)
    assert all(word["unknown"] > 0 for word in korean)


def of_word(name, n, **views):
    told = {
        view: {"right": right, "accuracy": sum(right) / n, "interval": [0, 1]}
        for view, right in views.items()
    }
    return {"word": name, "group": "asked", "n": n, "senses": ["a", "b"], "views": told}


@pytest.mark.parametrize(
    ("layer", "others", "word"),
    [
        ([1.0] * 4, [1.0] * 4, "open"),  # agreeing in four sentences is no proof of being equal
        ([1.0] * 4, [1.0, 1.0, 1.0, 0.0], "open"),
        ([1.0] * 40, [1.0] * 20 + [0.0] * 20, "ahead"),
        ([1.0] * 20 + [0.0] * 20, [1.0] * 40, "behind"),
        ([1.0] * 300, [1.0] * 300, "equal"),
    ],
)
def test_two_views_of_one_word_are_one_of_four_things(layer, others, word):
    words = [of_word("bank", len(layer), layer=layer, others=others)]
    found = sense_reading.difference(words, "layer", "others")
    assert found.word == word
    assert found.half > 0
    assert found.mean == pytest.approx((sum(layer) - sum(others)) / len(layer))


def test_words_that_all_gained_the_same_are_no_certainty():
    words = [of_word(w, 4, layer=[1, 1, 1, 1], others=[1, 1, 1, 0]) for w in ("bank", "bat")]
    assert sense_reading.difference(words, "layer", "others").word == "open"


def test_all_right_in_two_sentences_is_not_surely_above_guessing():
    words = [of_word("bank", 2, layer=[1.0, 1.0])]
    share, chance, over = sense_reading.over_chance(words, "layer")
    assert (share, chance, over.mean, over.word) == (1.0, 0.5, 0.5, "open")
