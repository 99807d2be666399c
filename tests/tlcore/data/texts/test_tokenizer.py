"""The shared tokenizer: loses nothing, knows its language, has the marks that objectives need."""

from __future__ import annotations

import pytest

from tlcore.data.corpus import corpus
from tlcore.data.corpus.sentence import KINDS
from tlcore.data.texts import samples, tokenizer


@pytest.fixture(scope="module")
def pieces():
    return tokenizer.load()


@pytest.fixture(scope="module")
def held() -> list[str]:
    """Texts of templates and facts that it was not trained on."""
    counts = dict.fromkeys(KINDS, 1_500)
    found = [
        s
        for split in ("test_template", "test_fact")
        for s in corpus.sentences(split, 0, counts=counts)
    ]
    return [text for s in found for text in (s.text, s.question, s.translation) if text]


def test_held_out_text_comes_back_as_it_was(pieces, held):
    assert len(held) > 500
    for text in held:
        ids = pieces.encode(text)
        assert pieces.unk_token_id in ids or pieces.decode(ids) == text


def test_nothing_of_held_out_text_is_unknown_and_words_stay_whole(pieces, held):
    ids = [number for text in held for number in pieces.encode(text)]
    assert ids.count(pieces.unk_token_id) / len(ids) < 0.001
    assert len(ids) / sum(len(text.split()) for text in held) < 2


def test_every_common_syllable_of_korean_is_spelt_and_comes_back(pieces):
    """The 2,350 of KS X 1001: rows B0 to C8 of the codec, 94 in each."""
    common = [bytes((row, place)).decode("euc_kr") for row in range(0xB0, 0xC9)
              for place in range(0xA1, 0xFF)]  # fmt: skip
    assert len(common) == 2_350
    for syllable in common:
        for text in (syllable, f"나{syllable}", f'"{syllable}"'):
            ids = pieces.encode(text)
            assert pieces.unk_token_id not in ids, text
            assert pieces.decode(ids) == text


def test_a_korean_noun_is_the_same_piece_before_every_particle(pieces):
    for noun in ("배", "눈", "밤"):
        first = {pieces.tokenize(f"{noun}{particle} 봤어요.")[0] for particle in ("를", "가", "도")}
        assert len(first) == 1
        assert pieces.convert_tokens_to_ids(list(first)) != [pieces.unk_token_id]


def test_nothing_of_the_written_korean_is_unknown(pieces):
    for one in samples.korean():
        ids = pieces.encode(one.text)
        assert pieces.unk_token_id not in ids, one.text
        assert pieces.decode(ids) == one.text


def test_accents_are_pieces_of_their_own(pieces):
    ids = pieces.encode("Café Zoë, naïve façade")
    assert pieces.unk_token_id not in ids
    assert pieces.decode(ids) == "Café Zoë, naïve façade"


def test_special_tokens_have_the_first_numbers(pieces):
    assert pieces.convert_tokens_to_ids(list(tokenizer.SPECIAL)) == list(
        range(len(tokenizer.SPECIAL))
    )
    assert len(pieces) == tokenizer.ENTRIES
    assert pieces.pad_token_id == 0


def test_a_mask_is_one_token_with_its_space(pieces):
    ids = pieces.encode("The cat is on the [MASK].")
    assert ids.count(pieces.mask_token_id) == 1
    filled = [
        pieces.convert_tokens_to_ids("▁sofa") if i == pieces.mask_token_id else i for i in ids
    ]
    assert pieces.decode(filled) == "The cat is on the sofa."


def test_any_text_gets_tokens(pieces):
    for text in ("", " ", "😀", "<b>html</b>", "漢字", "x" * 500):
        assert isinstance(pieces.encode(text), list)


def test_it_is_trained_again_to_the_same_on_the_same_text():
    texts = [s.text for s in corpus.sentences("train", 0, ("scene",), {"scene": 800})]
    first, again = (tokenizer.train(texts, 600).to_str() for _ in range(2))
    assert first == again
