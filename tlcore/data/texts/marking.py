"""Spans in a text: its words, rules that find spans without a model, and how spans are scored.

A name counts when where it begins, where it ends and its kind are right.  An answer is scored as in
SQuAD (Rajpurkar et al. 2016, arXiv:1606.05250, section 6.1): letter case, punctuation and articles
do not count; the share of words that both have is told beside exact agreement.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

Place = tuple[int, int]  # characters of the text, the second one behind the end
Name = tuple[int, int, str]  # the same, and its kind
KINDS = ("person", "place", "organisation")
NONE = "none"  # of a word that belongs to no name
TITLES = {"mr", "mrs", "ms", "miss", "dr", "doctor", "professor", "captain", "sir", "judge"}
WINDOW, LONGEST_ANSWER = 6, 4  # words: to each side of an answer that a rule looks at; of it
_WORD = re.compile(r"\w+(?:[’'-]\w+)*")
_ENDS = re.compile(r"[.!?]\s")
_POSSESSIVE = ("'s", "’s")
_ARTICLES = {"a", "an", "the"}
# fmt: off
_EMPTY = {
    "the", "a", "an", "of", "to", "in", "on", "at", "is", "was", "were", "are", "did", "do",
    "does", "what", "who", "where", "when", "which", "how", "whom", "many", "much", "has", "had",
    "have", "it", "its", "he", "she", "they", "his", "her", "their", "and", "or", "for", "by",
    "from", "with", "that", "this", "as",
}
# fmt: on


def words(text: str) -> list[Place]:
    """In order; the 's of a possessive is left out."""
    found = []
    for match in _WORD.finditer(text):
        start, end = match.span()
        if end - start > 2 and text[end - 2 : end] in _POSSESSIVE:
            end -= 2
        found.append((start, end))
    return found


def opens(text: str, start: int) -> bool:
    """Whether the word at character `start` begins a sentence: its capital says nothing."""
    before = text[:start].rstrip(" \n\"“‘'(")
    return not before or before[-1] in ".!?"


def runs(text: str, kinds: Sequence[str]) -> list[Name]:
    """Neighbouring words of one kind are one name.  `kinds`: of each of `words`."""
    found: list[Name] = []
    last = NONE
    for (start, end), kind in zip(words(text), kinds, strict=True):
        if kind != NONE and kind == last and not text[found[-1][1] : start].strip():
            found[-1] = (found[-1][0], end, kind)
        elif kind != NONE:
            found.append((start, end, kind))
        last = kind
    return found


def capitals(text: str, kind: str) -> list[Name]:
    """The rule without a model: every run of capitalised words is a name, all of one kind; a single
    word that opens a sentence is not."""
    kinds = [kind if text[start].isupper() else NONE for start, _ in words(text)]
    return [
        (start, end, kind)
        for start, end, kind in runs(text, kinds)
        if not opens(text, start) or len(words(text[start:end])) > 1
    ]


def with_title(text: str, start: int) -> int:
    """Where a person's name begins when its title belongs to it ("Dr Otieno")."""
    before = [place for place in words(text) if place[1] <= start]
    if before and text[slice(*before[-1])].lower() in TITLES:
        return before[-1][0]
    return start


def agreement(truth: Collection[Place | Name], said: Collection[Place | Name]) -> tuple[int, ...]:
    """(both have it, only `said`, only the truth) of one text."""
    both = len(set(truth) & set(said))
    return both, len(set(said)) - both, len(set(truth)) - both


def normal(text: str) -> list[str]:
    """The words of an answer that count."""
    return [w for w in (text[a:b].lower() for a, b in words(text)) if w not in _ARTICLES]


def exact(truth: str, said: str) -> float:
    return float(normal(truth) == normal(said))


def shared(truth: str, said: str) -> float:
    """F1 of the words of two answers, 0 ... 1.

    Where nothing is left of an answer but articles, it is right if nothing is left of the other
    either: SQuAD's own script (version 2.0, `compute_f1`).
    """
    one, other = normal(truth), normal(said)
    if not one or not other:
        return float(one == other)
    both = sum((Counter(one) & Counter(other)).values())
    return 2 * both / (len(one) + len(other)) if both else 0.0


def by_overlap(question: str, text: str) -> Place:
    """The rule without a model: of all short spans that hold no word of the question, the one with
    most of its words nearby (the sliding window of Richardson et al. 2013, MCTest, shortened)."""
    asked = {question[a:b].lower() for a, b in words(question)} - _EMPTY
    places = words(text)
    told = [text[a:b].lower() for a, b in places]
    ends = [end.start() for end in _ENDS.finditer(text)]
    sentence = [sum(end < a for end in ends) for a, _ in places]
    best, found = (-1, 0), (0, 0)
    for first in range(len(told)):
        for last in range(first, min(first + LONGEST_ANSWER, len(told))):
            span = told[first : last + 1]
            if sentence[last] != sentence[first]:
                break  # neither an answer nor what is near it goes on in the next sentence
            if asked & set(span) or span[0] in _EMPTY or span[-1] in _EMPTY:
                continue
            near = [*range(max(0, first - WINDOW), first), *range(last + 1, last + 1 + WINDOW)]
            around = [told[n] for n in near if n < len(told) and sentence[n] == sentence[first]]
            score = (sum(word in asked for word in around), last - first)
            if score > best:
                best, found = score, (places[first][0], places[last][1])
    return found
