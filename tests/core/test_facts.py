"""What was once said and is not so, in either language; and what stands in its place.

Each row: why, what is said nowhere any more (English, Korean), and a lesson that says what its
source says, with the words that carry it (English, Korean).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import pytest

from tlcore import i18n
from tlcore.paths import ASSETS


@dataclass(frozen=True)
class Fact:
    why: str
    never: tuple[str, str]  # patterns
    place: str = ""  # a lesson, a file of assets/lessons, or a key of assets/locale
    says: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


FACTS = {
    "ranked": Fact(
        "one note ranks similarity before size; CS231n names size first and ranks neither",
        ("Similarity (counts )?first|similarity counts first", "유사성이 먼저이고"),
        "matrix.lead",
        (("One of our notes", "CS231n"), ("우리 노트 하나", "CS231n")),
    ),
    "one_voice": Fact(
        "the notes disagree, and only one of them speaks of data that differ",
        (
            r"our own lecture notes agree|our notes freeze some",
            r"우리 강의 노트의 의견이 같|우리 노트는 일부",
        ),
        "matrix.sources",
        (
            ("note with the four cells", "note on sizes", "Under a shift"),
            ("네 칸 노트", "데이터 크기 노트", "분포가 바뀔 때"),
        ),
    ),
    "unsupervised": Fact(
        "self-supervised learning has no human labels, and a supervised loss all the same",
        ("", ""),
        "kinds_of_learning.self_supervised",
        (("One of our notes", "unsupervised"), ("우리 노트 하나", "비지도 학습")),
    ),
    "before_bert": Fact(
        "ELMo, ULMFiT and GPT came before BERT; XLNet draws the order of predicting, not the words",
        ("", ""),
        "objectives.lead",
        (
            ("One of our notes", "ULMFiT", "keeps its place"),
            ("우리 노트 하나", "ULMFiT", "자리는 그대로"),
        ),
    ),
}


def places(language: str) -> dict[str, str]:
    """Every text by its place, each run of white space one space."""
    found = dict(i18n.texts(language))
    for path in (ASSETS / "lessons" / language).iterdir():
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".json":
            text = json.dumps(json.loads(text), ensure_ascii=False, indent=0)
        found[path.stem if path.suffix == ".md" else path.name] = text
    return {place: re.sub(r"\s+", " ", text) for place, text in found.items()}


@pytest.mark.parametrize("name", FACTS)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_it_is_said_as_its_source_says_it(name: str, language: str) -> None:
    fact, at = FACTS[name], ["en", "ko"].index(language)
    told = places(language)
    if fact.never[at]:
        wrong = re.compile(fact.never[at])
        assert [place for place, text in told.items() if wrong.search(text)] == [], fact.why
    if fact.place:
        assert [words for words in fact.says[at] if words not in told[fact.place]] == [], fact.why
