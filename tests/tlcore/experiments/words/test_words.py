"""A word's vectors by layer: where it stands, what is measured of it, where it looks."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
import torch

from tests import needs
from tests.tlcore.experiments.words.words_house import told
from tlcore.data.texts import occurrences, samples
from tlcore.data.texts.occurrences import Occurrence, find
from tlcore.experiments.words import (
    reading as word_reading,
)
from tlcore.experiments.words import (
    ready as ready_words,
)
from tlcore.experiments.words import (
    spec as spec_language,
)
from tlcore.experiments.words.run import attention, plane, vectors, words
from tlcore.ground.errors import UserError
from tlcore.networks import backbones
from tlcore.runs import spec
from tlcore.words import i18n

pytestmark = pytest.mark.usefixtures("unhurried")


@pytest.fixture(scope="module")
def opening(tmp_path_factory):
    """The page's first experiment."""
    asked = spec.parse({"kind": "words", "sentences": list(ready_words.sentences("bank"))})
    folder = tmp_path_factory.mktemp("words")
    return told(words.rows(asked, folder, folder))


def test_a_word_is_found_wherever_it_stands_and_in_no_other_form():
    text = ("Bank, bank; banks embankment BANK!", "nothing", "West-Bank_bank")
    assert find("bank", text) == [Occurrence(0, 0, 4), Occurrence(0, 6, 10), Occurrence(0, 29, 33)]
    assert occurrences.missing(find("bank", text), text) == [1, 2]


def test_a_korean_word_may_go_on_and_scripts_without_spaces_are_searched_through():
    assert find("배", ["배를 먹고 나룻배를 탔다. 배"]) == [
        Occurrence(0, 0, 1),
        Occurrence(0, 15, 16),
    ]
    assert find("銀行", ["彼は銀行へ行った"]) == [Occurrence(0, 2, 4)]
    assert find("🙂", ["a 🙂 b"]) == [Occurrence(0, 2, 3)]
    assert find("c++ (old)", ["We love C++ (old)."]) == [Occurrence(0, 8, 17)]


def test_lines_are_sentences_and_empty_ones_are_none():
    assert occurrences.lines(" a \n\n\t\r\nb b\n") == ("a", "b b")
    jamo = unicodedata.normalize("NFD", "배를 탔다")  # as some systems write it
    assert find("배", [jamo]) == []
    assert find("배", occurrences.lines(jamo)) == [Occurrence(0, 0, 1)]


@pytest.mark.parametrize(
    ("given", "keys"),
    [
        ({"word": "", "sentences": ["a"]}, ["words.word"]),
        ({"word": "x" * 41, "sentences": ["a"]}, ["words.word"]),
        ({"sentences": []}, ["words.count"]),
        ({"sentences": ["the bank"] * 25}, ["words.count"]),
        ({"sentences": ["bank", "bank " * 61]}, ["words.long"]),
        ({"word": "shore", "sentences": ["the bank"]}, ["words.nowhere"]),
        ({"backbone": "photo", "sentences": ["the bank"]}, ["backbone.unknown"]),
        ({"word": " ", "sentences": ["y" * 301] * 25}, ["words.word", "words.count"]),
    ],
)
def test_what_cannot_be_asked_is_told_in_one_go_in_both_languages(given, keys):
    with pytest.raises(UserError) as caught:
        spec.parse({"kind": "words", **given})
    problems = [key for key, _ in caught.value.values["problems"]]
    assert problems[: len(keys)] == keys
    for language in i18n.LANGUAGES:
        assert i18n.tell(caught.value, language)


def test_the_written_sentences_belong_to_the_name_of_their_measurement(monkeypatch):
    from tlcore.ground.recipe import Compute

    asked = spec.parse({"kind": "senses"})
    before = spec.hash_of(asked, Compute(), "here")
    monkeypatch.setattr(spec_language, "_written", lambda: "others")
    assert spec.hash_of(asked, Compute(), "here") != before


@needs.minilm
def test_the_static_row_is_the_same_in_every_context_and_layer_0_knows_the_place(opening):
    views = {view["id"]: view for view in opening["views"]}
    assert {c for line in views["static"]["cosine"] for c in line} == {1.0}
    assert views["static"]["map"] == [[0.0, 0.0]] * 6
    first = views["0"]["cosine"]
    assert all(first[i][j] < 0.999 for i in range(6) for j in range(i))


@needs.minilm
def test_both_banks_of_one_sentence_have_the_same_company_and_differ_in_the_model(opening):
    views = {view["id"]: view for view in opening["views"]}
    assert opening["found"][:2] == [[0, 20, 24], [0, 71, 75]]
    assert views["others"]["cosine"][0][1] == 1.0
    assert all(views[str(layer)]["cosine"][0][1] < 0.97 for layer in range(7))
    assert views["6"]["cosine"][0][1] > views["3"]["cosine"][0][1]  # blended into the topic


@needs.minilm
@torch.no_grad()
def test_vectors_are_the_models_own_by_hand():
    """One sentence at a time, without batches: a word of two pieces is their mean."""
    texts = ["Unbankable!", "A much longer sentence stands beside it, so that one is filled up."]
    backbone = backbones.build("minilm")
    found = vectors.of(backbone, texts, [Occurrence(0, 0, 6), Occurrence(1, 2, 6)])
    alone = vectors.read("minilm", texts[:1])[0]
    assert alone.pieces[1:3] == ("un", "##bank")
    x = torch.tensor([alone.ids])
    for layer, block in enumerate(backbone.blocks.eval()):
        x = block(x)
        expected = x[0, 1:3, :-1].mean(0).numpy()
        assert np.abs(found.layers[layer][0] - expected).max() < 1e-5
    rows = vectors.table(backbone)
    assert np.array_equal(found.static[0], rows[list(alone.ids[1:3])].mean(0))
    rest = [alone.ids[i] for i in (3, 4)]  # "##able", "!": not [CLS], not [SEP], not the word
    assert np.allclose(found.others[0], rows[rest].mean(0))


@needs.minilm
@pytest.mark.parametrize(
    ("word", "sentences"),
    [
        ("배", ["배를 탔다.", "배가 아프다."]),
        ("🙂", ["🙂"]),
        ("<b>", ["<b>bold</b> <b>", "&lt;b&gt; <b>"]),
        ("bank", ["bank", "bank"]),
        ("end", ["w " * 148 + "end", "the end"]),
        ("a", [" a" * 150]),
        ("\u200b", ["x \u200b y"]),
    ],
)
def test_any_text_has_an_answer(word, sentences, tmp_path):
    asked = spec.parse({"kind": "words", "word": word, "sentences": [s.strip() for s in sentences]})
    result = told(words.rows(asked, tmp_path, tmp_path))
    assert len(result["found"]) + len(result["unread"]) + result["left"] > 0
    for view in result["views"]:
        assert len(view["map"]) == len(view["cosine"]) == len(result["found"])


@needs.minilm
def test_what_was_not_read_is_said(tmp_path):
    sentences = ["w " * 148 + "end", "the end"]
    asked = spec.parse({"kind": "words", "word": "end", "sentences": sentences})
    result = told(words.rows(asked, tmp_path, tmp_path))
    assert [read["cut"] for read in result["read"]] == [True, False]
    assert result["unread"] == [[0, 296, 299]]
    assert result["found"] == [[1, 4, 7]]
    korean = spec.parse({"kind": "words", "word": "배", "sentences": ["배를 탔다."]})
    read = told(words.rows(korean, tmp_path, tmp_path))["read"][0]
    assert read == {"pieces": 7, "unknown": 1, "cut": False, "letters": 2}
    many = spec.parse({"kind": "words", "word": "a", "sentences": ["a " * 40]})
    assert told(words.rows(many, tmp_path, tmp_path))["left"] == 10


def test_maps_keep_distances_and_turn_as_little_as_they_can():
    rows = np.array([[3.0, 0, 0], [0, 1, 0], [0, 0, 2.0]])
    one = plane.flatten(rows)
    assert one.share == pytest.approx(1)
    assert np.linalg.norm(one.points[0] - one.points[1]) == pytest.approx(2**0.5)  # of unit length
    turn = np.array([[0.0, -1], [1, 0]])
    assert np.allclose(plane.turned(one.points @ turn, one.points), one.points)
    assert np.allclose(plane.turned(one.points * [1, -1], one.points), one.points)
    same = plane.flatten(np.ones((4, 3)))
    assert (same.share, same.points.tolist()) == (None, [[0, 0]] * 4)
    assert plane.flatten(np.array([[1.0, 0], [0, 1]])).points[:, 1] == pytest.approx([0, 0])


def test_the_mean_cosine_of_different_words_is_that_of_all_pairs():
    rng = np.random.default_rng(0)
    layer = [rng.normal(size=(3, 5)).astype(np.float32) for _ in range(2)]

    class One:
        ids, words = (7, 8, 9), [0, 1]

    class Two:
        ids, words = (7, 5, 9), [0, 1]  # 7 stood before

    kept = vectors.unit(np.stack([layer[0][0], layer[0][1], layer[1][1]]))
    by_hand = np.mean([kept[i] @ kept[j] for i in range(3) for j in range(i)])
    assert vectors._unrelated(layer, [One(), Two()]) == pytest.approx(by_hand)


def test_every_ready_sentence_has_its_word_and_its_sense():
    for word in ready_words.words():
        sentences = ready_words.sentences(word)
        places = find(word, sentences)
        assert occurrences.missing(places, sentences) == []
        told_ = [ready_words.sense(word, sentences[p.sentence], p.start) for p in places]
        assert None not in told_, word
        assert len(set(told_)) >= 2
        spec.parse({"kind": "words", "word": word, "sentences": list(sentences)})
    asked = {one.text for one in samples.bank()}
    assert not asked & set(ready_words.sentences("bank"))
    assert ready_words.sense("bank", "The bank.", 4) is None


def test_where_a_word_looks_sums_to_one_and_leaves_out_what_was_filled_up(opening):
    told_ = opening["attention"]
    assert len(told_) == min(len(opening["found"]), attention.MOST)
    for one, (number, start, end) in zip(told_, opening["found"], strict=False):
        assert len(one["layers"]) == len(opening["layers"]) - 1
        for line in one["layers"]:
            assert len(line) == len(one["pieces"])
            assert sum(line) == pytest.approx(1, abs=1e-2)
        text = opening["sentences"][number][start:end]
        assert [one["pieces"][place] for place in one["word"]] == [text.lower()]
        assert [one["pieces"][place] for place in one["marks"]] == ["[CLS]", "[SEP]"]


def test_a_model_that_reads_one_way_tells_no_such_weights():
    for name in ("text-causal", "text-skipgram"):
        backbone = backbones.build(name)
        assert attention.told(backbone, [], []) == []
        assert not attention.has_weights(backbone)
    assert attention.has_weights(backbones.build("text-masked"))


def test_what_gets_most_is_neither_the_word_itself_nor_a_mark():
    one = {
        "pieces": ["[CLS]", "the", "bank", "lends", "[SEP]"],
        **{"word": [2], "marks": [0, 4]},
        "layers": [[0.4, 0.1, 0.2, 0.15, 0.15], [0.1, 0.5, 0.3, 0.05, 0.05]],
    }
    first, last = (word_reading.looks_at(one, layer) for layer in (0, 1))
    assert (first.piece, first.own, first.marks) == (3, 0.2, pytest.approx(0.55))
    assert last.piece == 1
    alone = {"pieces": ["[CLS]", "bank"], "word": [1], "marks": [0], "layers": [[0.5, 0.5]]}
    assert word_reading.looks_at(alone, 0).piece is None
