"""The card of a small model: measured on the stored weights, beside counts of the same texts."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import asdict
from statistics import fmean

import numpy as np
import pytest
import torch

from tlcore.data.corpus import card, corpus, texts
from tlcore.data.corpus.sentence import KINDS, Sentence
from tlcore.data.corpus.texts import Texts
from tlcore.data.texts import tokenizer
from tlcore.making.language import candidates, cooccurrence, held_out, judge, learn, separation
from tlcore.making.language.learn import Course
from tlcore.making.pretrain.text import COURSES
from tlcore.networks.language import small
from tlcore.networks.weights import FOLDER

pytestmark = pytest.mark.usefixtures("unhurried")

COUNTS = dict.fromkeys(KINDS, 120)


@pytest.fixture(scope="module")
def parts() -> dict[str, Texts]:
    return {
        split: texts.taken_apart(
            [line for s in corpus.sentences(split, counts=COUNTS) for line in texts.lines(s)]
        )
        for split in ("train", "test_template", "test_fact")
    }


@pytest.fixture(scope="module")
def senses() -> list[Sentence]:
    """A hundred sentences of "bank" and "bat"; "crane" comes too seldom to be asked."""
    found = list(corpus.sentences("train", 0, ("sense",), {"sense": 2_500}))
    wanted = ("bank.", "bat.")
    rare = [s for s in found if s.label.startswith("crane.")][:3]
    return [s for s in found if s.label.startswith(wanted)] + rare


@pytest.mark.parametrize("objective", small.OBJECTIVES)
def test_the_card_is_written_from_the_stored_weights(
    objective, parts, senses, tmp_path, monkeypatch
):
    monkeypatch.setattr(texts, "read", lambda split, *_: parts[split])
    monkeypatch.setattr(corpus, "sentences", lambda *_: iter(senses))
    monkeypatch.setattr(judge, "ASKED", 20)
    known = parts["train"]
    course = None if objective == "cooccurrence" else Course(steps=2, pieces=400)
    if course is None:
        made, seconds = cooccurrence.made(known)
    else:
        made = small.build(objective)
        *_, last = learn.train(made, known, course, tmp_path / "c.pt")
        seconds = last["seconds"]
    told = judge.finish(made, known, course, seconds, tmp_path, tmp_path, 1)
    assert json.loads((tmp_path / f"text-{objective}.json").read_text()) == told
    stored, digest = small.trained(objective, tmp_path)
    assert digest == told["sha256"]
    kept = small.state(stored.whole)
    assert told["parameters"] == sum(weight.numel() for weight in kept.values())
    for name, weight in small.state(made.whole).items():
        assert torch.equal(kept[name], weight.half().float()), name
    if objective in ("skipgram", "cooccurrence"):
        assert 0 <= told["nearest"]["chance"] <= 0.1
        assert told["nearest"]["nouns"] > 200
    else:
        assert len(told["says"]["rows"]) == (10 if objective in ("bilstm", "permutation") else 5)
        assert told["senses"]["words"] == ["bank", "bat"]
        assert len(told["senses"]["by_layer"]) == len(stored.blocks)
    if objective == "cooccurrence":
        assert "held_out" not in told
        return
    assert set(told["held_out"]) == {"test_template", "test_fact"}
    for part in told["held_out"].values():
        assert part["texts"] == 20
        for row in part["rows"]:
            assert row["loss"] > row["counted"] > 0  # two steps: counting is ahead by far
            assert row["pieces"] >= 20


def test_senses_that_stand_apart_are_told_apart_and_a_static_vector_tells_nothing(senses):
    made = small.build("masked")
    bank = [s for s in senses if s.label.startswith("bank.")]
    rows = separation.vectors(made, bank)
    assert [len(layer) for layer in rows] == [len(bank)] * 5
    made.whole.bert.embeddings.position_embeddings.weight.data.zero_()
    still = separation.vectors(made, [s for s in bank if "bank" in s.text][:6])[0]
    assert np.allclose(still, still[0], atol=1e-5)  # no position left: one vector a word
    label = np.array([s.label == "bank.money" for s in bank], float)
    apart = rows[1] + 100 * label[:, None]
    assert separation.scores(apart, [s.label for s in bank]) == [1.0] * len(bank)


def test_answers_are_the_same_each_time_and_of_each_text(parts):
    made = small.build("masked")
    first, again = (held_out.answers(made, parts["test_fact"], held_out.one_hidden) for _ in "ab")
    assert sorted(first.texts.tolist()) == list(range(len(parts["test_fact"])))
    assert np.array_equal(first.losses, again.losses)


def test_a_piece_that_a_model_must_know_is_right(parts):
    """A masked model whose output is fixed to one piece is right where that piece was hidden."""
    made = small.build("masked")
    piece = tokenizer.load().convert_tokens_to_ids("▁the")
    made.whole.cls.predictions.decoder.bias.data[piece] = 100.0
    found = held_out.answers(made, parts["test_template"], held_out.one_hidden)
    held = parts["test_template"]
    wanted = [held.row(t)[p] == piece for t, p in zip(found.texts, found.places, strict=True)]
    assert found.right.tolist() == wanted
    assert found.right.any()
    assert not found.right.all()


@pytest.mark.parametrize(
    "objective", ["masked", "korean", "causal", "bilstm", "permutation", "span"]
)
def test_candidates_are_probabilities_of_the_gap(objective):
    made = small.build(objective)
    rows = candidates.of(made, "The cat is on the [MASK].", 4_096)
    sides = {row["from"] for row in rows}
    assert sides == {
        "masked": {"both"}, "korean": {"both"}, "span": {"both"}, "causal": {"before"},
        "bilstm": {"before", "behind"}, "permutation": {"both", "before"},
    }[objective]  # fmt: skip
    for side in sides:
        shares = [row["probability"] for row in rows if row["from"] == side]
        assert sum(shares) == pytest.approx(1, abs=1e-3)
        assert shares == sorted(shares, reverse=True)
    assert candidates.of(made, "The cat is on the sofa.") == []
    assert candidates.of(made, "") == []


def test_what_stands_behind_a_gap_does_not_reach_a_causal_model():
    made = small.build("causal")
    one = candidates.of(made, "The cat is on the [MASK].")
    assert one == candidates.of(made, "The cat is on the [MASK] of my sister's house.")
    masked = small.build("masked")
    assert candidates.of(masked, "The cat is on the [MASK].") != candidates.of(
        masked, "The cat is on the [MASK] of my sister's house."
    )


def test_held_out_texts_are_drawn_once_for_all(parts, monkeypatch):
    monkeypatch.setattr(judge, "ASKED", 7)
    first, again = judge.some(parts["train"]), judge.some(parts["train"])
    assert len(first) == 7
    assert first.flat.tolist() == again.flat.tolist()
    rows = {tuple(parts["train"].row(n)) for n in range(len(parts["train"]))}
    assert all(tuple(first.row(n)) in rows for n in range(7))


CARDS = [FOLDER / f"{small.name_of(objective)}.json" for objective in small.OBJECTIVES]


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.stem)
def test_guessing_a_sense_on_a_card_is_always_naming_the_words_most_frequent_one(path):
    """Not one over its senses: of the pear, the ship and the belly the third is seldom met."""
    told = json.loads(path.read_text(encoding="utf-8"))
    if "senses" not in told:
        return
    kind = "korean" if "korean" in path.stem else "sense"
    met: dict[str, Counter[str]] = {}
    for one in corpus.sentences("test_template", 0, (kind,)):
        word = met.setdefault(one.label.split(".")[0], Counter())
        word[one.label] = min(separation.EACH, word[one.label] + 1)
    shares = []
    for senses in met.values():
        kept = [count for count in senses.values() if count >= separation.FEWEST]
        if len(kept) > 1:
            shares.append(max(kept) / sum(kept))
    assert told["senses"]["chance"] == round(fmean(shares), 4)


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.stem)
def test_what_is_shipped_was_made_by_this_corpus_this_tokenizer_and_this_course(path):
    told = json.loads(path.read_text(encoding="utf-8"))
    objective = told["name"].removeprefix("text-")
    assert told["course"] == (asdict(COURSES[objective]) if objective in COURSES else None)
    assert told["corpus_digest"] == card.read()["digest"]
    assert told["tokenizer_sha256"] == hashlib.sha256(tokenizer.FILE.read_bytes()).hexdigest()
    stored, digest = small.trained(objective)
    assert digest == told["sha256"]
    weights = small.state(stored.whole)
    assert told["parameters"] == sum(weight.numel() for weight in weights.values())
