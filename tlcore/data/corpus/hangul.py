"""Korean endings: particles by the last letter, and verb forms from three given ones.

A syllable is 0xAC00 + (initial * 21 + vowel) * 28 + final (Unicode standard, section 3.12); final
0 is none, 4 is ㄴ, 8 is ㄹ, 20 is ㅆ.
"""

from __future__ import annotations

from dataclasses import dataclass

FIRST, FINALS = 0xAC00, 28
N, L, SS = 4, 8, 20


def final(word: str) -> int:
    """Number of the last syllable's final consonant; 0 for none or for what is no hangul."""
    code = ord(word[-1]) - FIRST
    return code % FINALS if 0 <= code < 11172 else 0


def with_final(word: str, consonant: int) -> str:
    code = ord(word[-1]) - FIRST
    return word[:-1] + chr(FIRST + code - code % FINALS + consonant)


def particle(word: str, kind: str) -> str:
    """The word with 은/는, 이/가, 을/를, 과/와 or 으로/로; 저 and 나 have forms of their own."""
    if kind == "이" and word in ("저", "나"):
        return {"저": "제가", "나": "내가"}[word]
    closed = final(word)
    if kind == "으로":
        return word + ("으로" if closed not in (0, L) else "로")
    pairs = {"은": "은는", "이": "이가", "을": "을를", "과": "과와"}
    return word + pairs[kind][0 if closed else 1]


@dataclass(frozen=True, slots=True)
class Predicate:
    """먹 | 먹어 | 먹을"""

    stem: str
    linked: str
    future: str

    @property
    def now(self) -> str:
        return self.linked + "요"

    @property
    def before(self) -> str:
        """았 or 었: 먹었"""
        return with_final(self.linked, SS) if not final(self.linked) else self.linked + "었"

    @property
    def past(self) -> str:
        return self.before + "어요"

    @property
    def will(self) -> str:
        return self.future + " 거예요"

    @property
    def doing(self) -> str:
        """Before a noun, now: 먹는; a stem in ㄹ loses it: 만드는"""
        stem = with_final(self.stem, 0) if final(self.stem) == L else self.stem
        return stem + "는"

    @property
    def done(self) -> str:
        """Before a noun, past: 먹은, 간, 도운"""
        return with_final(self.future, N)

    def told(self, tense: str, negated: bool = False) -> str:
        """In 해요 style.  `tense`: past, pres, fut, prog."""
        if negated:
            ends = {"past": "지 않았어요", "fut": "지 않을 거예요", "prog": "고 있지 않아요"}
            return self.stem + ends.get(tense, "지 않아요")
        if tense == "prog":
            return self.stem + "고 있어요"
        return {"past": self.past, "fut": self.will}.get(tense, self.now)


def is_a(noun: str, past: bool = False) -> str:
    """의사예요, 학생이에요; 의사였어요, 학생이었어요"""
    if past:
        return noun + ("이었어요" if final(noun) else "였어요")
    return noun + ("이에요" if final(noun) else "예요")
