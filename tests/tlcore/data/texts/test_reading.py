"""A reader's text as numbers: any text has an answer, and each piece knows its characters."""

from __future__ import annotations

import numpy as np
import pytest

from tlcore.data.texts import reading, tokenizer
from tlcore.data.texts.reading import CLS, LONGEST, MASK, PAD, SEP, UNKNOWN


def test_the_marks_have_the_numbers_that_the_tokenizer_gives_them():
    pieces = tokenizer.load()
    named = [pieces.pad_token_id, pieces.unk_token_id, pieces.cls_token_id, pieces.sep_token_id]
    assert [*named, pieces.mask_token_id] == [PAD, UNKNOWN, CLS, SEP, MASK]


def test_texts_begin_and_end_and_are_padded_on_the_right():
    told = reading.encode(["The cat is on the sofa.", "Yes."])
    assert told.ids.dtype == np.int64
    first, second = told.ids
    assert first[0] == second[0] == CLS
    assert first[-1] == SEP
    length = int((second != PAD).sum())
    assert second[length - 1] == SEP
    assert (second[length:] == PAD).all()
    assert told.cut == (False, False)


def test_an_empty_text_is_begin_and_end():
    assert reading.encode([""]).ids.tolist() == [[CLS, SEP]]
    assert reading.encode([]).ids.shape == (0, 2)


def test_a_long_text_is_cut_and_says_so():
    told = reading.encode(["yes " * 500, "yes"])
    assert told.ids.shape == (2, LONGEST)
    assert told.ids[0, -1] == SEP
    assert told.cut == (True, False)
    assert len(told.places[0]) == LONGEST


def test_a_text_that_just_fits_is_not_cut():
    whole = reading.encode([" ".join(["the"] * (LONGEST - 2))])
    assert whole.ids.shape == (1, LONGEST)
    assert whole.cut == (False,)


@pytest.mark.parametrize("text", ["😀", "漢字", "Привет"])
def test_letters_that_nobody_spells_are_counted(text):
    assert reading.encode([text]).unknown[0] >= 1
    assert reading.encode(["plain <b>words</b> & marks"]).unknown == (0,)


def test_pieces_of_a_word_are_found_by_its_characters():
    text = "The bank by the river was a bank."
    told = reading.encode([text, "배를 먹고 배를 탔어요."])
    for start in (4, 28):
        (place,) = reading.pieces_of(told, 0, start, start + 4)
        assert tokenizer.load().decode([int(told.ids[0, place])]).strip() == "bank"
    first, second = (reading.pieces_of(told, 1, start, start + 1) for start in (0, 6))
    assert first[0] < second[0]
    assert "배" in tokenizer.load().decode(told.ids[1, second].tolist())
