"""Counting, checked by hand: the baseline must not be weaker than it says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from statsmodels.regression.linear_model import OLS

from tlcore.data.corpus.texts import Texts
from tlcore.data.texts.reading import CLS, SEP
from tlcore.data.texts.tokenizer import ENTRIES
from tlcore.making.language import cooccurrence, held_out
from tlcore.making.language.counts import Neighbours, Ngrams, Table, around
from tlcore.making.language.held_out import Answers, Counted

pytestmark = pytest.mark.usefixtures("unhurried")

A, B, C = 100, 101, 102


def told(*rows: list[int]) -> Texts:
    whole = [[CLS, *row, SEP] for row in rows]
    flat = np.concatenate([np.asarray(row, np.int32) for row in whole])
    return Texts(flat, np.cumsum([len(row) for row in whole]))


@pytest.fixture(scope="module")
def known() -> Texts:
    return told([A, B], [A, B], [A, C], [B, C, A])


def test_smoothing_is_what_witten_and_bell_say():
    """The context was seen 4 times with 2 followers: weight 2 / 6 for what less context says."""
    table = Table.of(np.array([7, 7, 7, 7]), np.array([A, A, A, B]))
    shorter = np.array([0.3, 0.3, 0.3])
    found = table.smoothed(np.array([7, 7, 7]), np.array([A, B, C]), shorter)
    assert found == pytest.approx([(3 + 2 * 0.3) / 6, (1 + 2 * 0.3) / 6, 2 * 0.3 / 6])
    unseen = table.smoothed(np.array([8]), np.array([A]), np.array([0.3]))
    assert unseen == pytest.approx([0.3])


def test_an_ngram_backs_off_from_the_longest_context(known):
    model = Ngrams(known, 2)
    # Pieces that are predicted: A B . A B . A C . B C A .  (13, of four kinds)
    one = {A: (4 + 4 / ENTRIES) / 17, B: (3 + 4 / ENTRIES) / 17, SEP: (4 + 4 / ENTRIES) / 17}
    # After [CLS]: A A A B; after A: B B C [SEP]; after B: [SEP] [SEP] C
    wanted = [(3 + 2 * one[A]) / 6, (2 + 3 * one[B]) / 7, (2 + 2 * one[SEP]) / 5]
    assert model.losses(told([A, B])) == pytest.approx(-np.log(wanted))


def test_read_from_behind_a_text_is_read_backwards(known):
    turned = told([B, A], [B, A], [C, A], [A, C, B])
    back = Ngrams(known, 3, back=True).losses(told([A, B, C]))
    # [CLS] and [SEP] change places as well; what stands between is the same
    onward = Ngrams(turned, 3).losses(told([C, B, A]))
    assert back.shape == onward.shape == (4,)
    assert back[1:3] == pytest.approx(onward[1:3])


def test_probabilities_add_up_to_one(known):
    model = Ngrams(known, 2)
    assert model.alone().sum() == pytest.approx(1)
    assert model.spread(np.array([A, B, C, 999])).sum(1) == pytest.approx(1)
    both = Neighbours(known).spread(np.array([A, A, 999]), np.array([SEP, A, 999]))
    assert both.sum(1) == pytest.approx(1)
    assert (both > 0).all()


def test_neighbours_use_the_three_together_first(known):
    """Between A and [SEP] stood B, B, C; between [CLS] and B stood A twice."""
    spread = Neighbours(known).spread(np.array([A, CLS]), np.array([SEP, B]))
    assert spread.argmax(1).tolist() == [B, A]
    backed_off = spread[0, A] * 5 / 2  # three seen, two kinds: A has two fifths of its estimate
    assert spread[0, B] > 2 / 5
    assert 0 < backed_off < 1


def test_each_answer_meets_the_count_of_its_own_piece(known):
    held = told([A, B, C], [C], [B, A])
    texts = np.array([2, 0, 1, 0])
    places = np.array([2, 3, 1, 1])
    asked = Answers(texts, places, np.zeros(4), np.zeros(4, bool))
    counted = Counted(known)
    before = counted.before(held, asked)
    behind = counted.behind(held, asked)
    for number, (text, place) in enumerate(zip(texts, places, strict=True)):
        alone = told([int(p) for p in held.row(text)[1:-1]])
        assert before[number] == pytest.approx(Ngrams(known).losses(alone)[place - 1])
        back = Ngrams(known, back=True).losses(alone)
        assert behind[number] == pytest.approx(back[::-1][place])
    losses, right = counted.between(held, asked)
    row = held.row(0)
    spread = Neighbours(known).spread(row[2:3].astype(np.int64), row[4:5].astype(np.int64))
    assert losses[1] == pytest.approx(-np.log(spread[0, C]))
    assert right[1] == (spread.argmax() == C)


def test_pairs_are_those_of_one_text_within_the_window():
    middle, other = around(told([A, B, C], [A]), 1, 23)
    pairs = sorted(zip(middle.tolist(), other.tolist(), strict=True))
    assert pairs == [(A, B), (B, A), (B, C), (C, B)]


def test_ppmi_is_zero_for_what_never_meets_and_large_for_what_always_does():
    found = cooccurrence.ppmi(told([A, B], [A, B], [C, 103], [C, 103]))
    assert found.shape == (ENTRIES, ENTRIES)
    assert found[A, B] == pytest.approx(np.log(4), rel=1e-5)  # one of four, always together
    assert found[A, C] == 0
    assert found[103, C] == found[A, B]


def test_a_row_compares_pair_by_pair():
    asked = Answers(
        *(np.zeros(4, int),) * 2, np.array([1.0, 2, 3, 4]), np.array([True] * 3 + [False])
    )
    asked = replace(asked, texts=np.array([0, 0, 1, 1]))
    found = held_out.row("x", asked, np.array([2.0, 3, 4, 5]), "y")
    assert found["difference"] == -1.0
    assert found["margin"] == 0.0
    assert (found["loss"], found["counted"], found["right"]) == (2.5, 3.5, 0.75)


def test_the_pieces_of_a_text_are_no_texts():
    """Twenty texts whose ten pieces are all alike say as much as twenty pieces."""
    gaps = np.random.default_rng(0).normal(0, 1, 20)
    texts, zeros = np.repeat(np.arange(20), 10), np.zeros(200)
    asked = Answers(texts, zeros.astype(int), gaps[texts], zeros > 0)
    found = held_out.row("x", asked, zeros, "y")
    theirs = OLS(gaps[texts], np.ones(200)).fit(cov_type="cluster", cov_kwds={"groups": texts})
    assert found["margin"] == pytest.approx(2.093 * theirs.bse[0], abs=1e-3)
    assert found["margin"] == pytest.approx(2.093 * gaps.std(ddof=1) / 20**0.5, abs=1e-3)


def test_factors_keep_who_stands_near_whom():
    dice = np.random.default_rng(0)
    groups = [list(range(100, 110)), list(range(200, 210))]
    rows = [dice.choice(groups[n % 2], 6).tolist() for n in range(400)]
    small, seconds = cooccurrence.made(told(*rows))
    vectors = torch.nn.functional.normalize(small.whole.middle.weight.detach(), dim=1)
    alike = vectors[100:110] @ vectors[[*range(100, 110), *range(200, 210)]].T
    assert alike[:, :10].mean() > alike[:, 10:].mean() + 0.3
    assert seconds > 0
