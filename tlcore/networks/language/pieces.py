"""Pieces of the tokenizer as words for people."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from tlcore.data.texts import reading, tokenizer
from tlcore.data.texts.reading import CLS, PAD, SEP
from tlcore.data.texts.tokenizer import SPACE


def piece_text(piece: int) -> str:
    """ "sofa" for a word, "-ing" for what goes on with one; a mark as it is."""
    token = _token(piece)
    if token.startswith("##"):
        return "-" + unicodedata.normalize("NFC", token[2:])
    return unicodedata.normalize("NFC", token.removeprefix(SPACE)) or "␣"


def begins(piece: int) -> bool:
    """A word, or the beginning of one."""
    return _token(piece).startswith(SPACE)


def pieces(word: str) -> list[int]:
    """Of a word with a space before it."""
    return [int(i) for i in reading.encode([word]).ids[0] if int(i) not in (CLS, SEP, PAD)]


def text_of(found: Sequence[int]) -> str:
    return str(tokenizer.load().decode(list(found))).strip()


def _token(piece: int) -> str:
    return str(tokenizer.load().convert_ids_to_tokens(piece))
