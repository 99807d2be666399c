"""The course: cut and resumed equals uncut, every text is read once an epoch, rows tell it."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tlcore import __main__
from tlcore.data.corpus import corpus, texts
from tlcore.data.corpus.texts import Texts
from tlcore.data.texts.reading import CLS, SEP
from tlcore.making.language import learn
from tlcore.making.language.learn import Course
from tlcore.networks.language import small

COURSE = Course(steps=7, pieces=60, lr=1e-3, seed=4)


@pytest.fixture(scope="module")
def known() -> Texts:
    dice = np.random.default_rng(0)
    rows = [[CLS, *dice.integers(30, 90, dice.integers(2, 9)), SEP] for _ in range(40)]
    flat = np.concatenate([np.asarray(row, np.int32) for row in rows])
    return Texts(flat, np.cumsum([len(row) for row in rows]))


def weights(objective: str, known: Texts, path: Path, stop: int = 99) -> dict[str, torch.Tensor]:
    made = small.build(objective, COURSE.seed)
    for row in learn.train(made, known, COURSE, path, every=2):
        if row["kind"] == "step" and row["step"] >= stop:
            break
    return made.whole.state_dict()


@pytest.mark.parametrize("objective", ["korean", "skipgram"])
def test_a_cut_course_goes_on_to_the_same_weights(objective, known, tmp_path):
    uncut = weights(objective, known, tmp_path / "uncut.pt")
    cut = weights(objective, known, tmp_path / "cut.pt", stop=4)
    assert any(not torch.equal(uncut[name], cut[name]) for name in uncut)
    again = weights(objective, known, tmp_path / "cut.pt")
    for name, weight in uncut.items():
        assert torch.equal(weight, again[name]), name


def test_rows_begin_where_the_checkpoint_is_and_end_with_the_course(known, tmp_path, monkeypatch):
    clock = itertools.count()  # of the processor; every look at it is a second later
    monkeypatch.setattr(learn.time, "process_time", lambda: float(next(clock)))
    weights("korean", known, tmp_path / "one.pt", stop=4)
    rows = list(learn.train(small.build("korean"), known, COURSE, tmp_path / "one.pt", every=2))
    assert [(row["kind"], row["step"]) for row in rows] == [
        ("start", 4), ("step", 6), ("step", 7), ("trained", 7),
    ]  # fmt: skip
    # both sittings: the first was looked at after steps 2 and 4, this after 6, 7 and at its end
    assert [row.get("seconds") for row in rows] == [2.0, 3.0, 4.0, 5.0]
    assert (
        list(learn.train(small.build("korean"), known, COURSE, tmp_path / "one.pt"))[-1]["kind"]
        == "trained"
    )  # nothing left to do


def test_the_checkpoint_of_another_course_is_not_used(known, tmp_path):
    weights("korean", known, tmp_path / "one.pt", stop=4)
    other = replace(COURSE, lr=2e-3)
    assert next(learn.train(small.build("korean"), known, other, tmp_path / "one.pt"))["step"] == 0


def test_the_checkpoint_of_other_texts_is_not_used(known, tmp_path):
    weights("korean", known, tmp_path / "one.pt", stop=4)
    other = Texts(known.flat[::-1].copy(), known.ends)
    assert next(learn.train(small.build("korean"), other, COURSE, tmp_path / "one.pt"))["step"] == 0


def test_a_sitting_ends_and_the_course_stays_open(known, tmp_path):
    rows = list(learn.train(small.build("korean"), known, COURSE, tmp_path / "p.pt", minutes=1e-9))
    assert [row["kind"] for row in rows] == ["start", "step", "paused"]
    assert rows[-1]["step"] == 1


def test_the_loss_falls(known, tmp_path):
    course = replace(COURSE, steps=60, lr=3e-3)
    rows = list(learn.train(small.build("korean"), known, course, tmp_path / "l.pt", every=20))
    losses = [row["loss"] for row in rows if row["kind"] == "step"]
    assert losses[-1] < losses[0] - 1


def test_the_rate_rises_and_falls_to_nearly_nothing():
    course = Course(steps=100, lr=1.0, warm_up=0.1)
    rates = [course.rate(step) for step in range(100)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == rates[9] == rates[10] == 1.0
    assert rates[-1] == pytest.approx(1 / 90)
    assert rates[10:] == sorted(rates[10:], reverse=True)


def test_batches_hold_each_text_once_and_texts_of_like_length(known):
    dice = torch.Generator().manual_seed(1)
    found = texts.batches(known.lengths, 60, dice)
    assert sorted(np.concatenate(found).tolist()) == list(range(40))
    for rows in found:
        assert len(rows) * known.lengths[rows].max() <= 60
    spread = [np.ptp(known.lengths[rows]) for rows in found]
    assert np.mean(spread) < 1
    other = texts.batches(known.lengths, 60, dice)
    assert len(other) == len(found)
    assert any(a.tolist() != b.tolist() for a, b in zip(found, other, strict=True))


def test_a_text_longer_than_a_batch_is_a_batch():
    found = texts.batches(np.array([100, 3]), 60, torch.Generator())
    assert sorted(len(rows) for rows in found) == [1, 1]


def test_pieces_seen_are_those_of_the_batches(known):
    one_epoch = len(texts.batches(known.lengths, 60, torch.Generator()))
    whole = replace(COURSE, steps=2 * one_epoch)
    assert learn.pieces_seen(known, whole) == 2 * known.lengths.sum()
    assert learn.pieces_seen(known, replace(COURSE, steps=1)) <= 60


def test_texts_of_the_corpus_hold_questions_with_answers_and_korean_by_itself():
    asked = next(corpus.sentences("train", 0, ("question",), {"question": 50}))
    (line,) = texts.lines(asked)
    assert line == f"{asked.text} {asked.question} {asked.answer}"
    pair = next(corpus.sentences("train", 0, ("pair",), {"pair": 50}))
    assert list(texts.lines(pair)) == [pair.text, pair.translation]
    assert list(texts.korean(pair)) == [pair.translation]
    korean = next(corpus.sentences("train", 0, ("korean",), {"korean": 50}))
    assert list(texts.korean(korean)) == [korean.text]
    assert list(texts.korean(asked)) == []


def test_texts_are_taken_apart_as_a_reader_s_are():
    from tlcore.data.texts import reading

    said = ["The cat is on the sofa.", "Yes.", "yes " * 400]
    known = texts.taken_apart(said)
    encoded = reading.encode(said)
    assert known.rows([0, 1, 2]).tolist() == encoded.ids.tolist()
    assert known.row(1).tolist() == [CLS, *encoded.ids[1, 1:3].tolist(), SEP]


def test_the_command_trains_pauses_and_resumes(tmp_path, capsys, monkeypatch, known):
    monkeypatch.setattr(texts, "read", lambda *_: known)
    words = ["pretrain", "text", "--objective", "korean", "--threads", "1", "--steps", "6"]
    words += ["--checkpoints", str(tmp_path), "--out", str(tmp_path)]
    assert __main__.main([*words, "--minutes", "1e-9"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["kind"] == "paused"
    assert __main__.main([*words, "--minutes", "1e-9", "--resume"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[0])["step"] == 1
    assert __main__.main([*words, "--minutes", "1e-9"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[0])["step"] == 0
    with pytest.raises(SystemExit):
        __main__.main(["pretrain", "text", "--objective", "telepathy"])
