"""One term, one word: what the Korean texts say, and what they do not say instead."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from tlcore.paths import ROOT

ASSETS = ROOT / "assets"

# The word chosen, and patterns of what is not said for it, with the reason where it is not plain.
TERMS = {
    "사전 학습 과제": [r"학습 목표"],  # an objective: what stands on a blackboard is another thing
    "최적해를 구하다": [
        r"헤드를 (먼저 |몇 초 만에 )?풀",
        r"헤드를 (먼저 )?푼",
        r"헤드를 푸는",
        r"\*풀어서",
    ],
    "동결 해제": [r"차례로 (풀|풉)"],
    "헤드": [r"분류기\(헤드\)"],
    "특화": [r"특수(성|한|하기)"],
    "%p": [r"\d점[ ,.에이은만]", r"몇 점"],
    "오차": [r"(?:측정|시드의) 잡음"],  # noise of a measurement; noise in a picture stays 잡음
    "95% 신뢰 구간": [r"신뢰구간"],
    "레시피": [r"조리법"],
    "표준 편차": [r"표준편차"],
    "손상된": [r"망가진 (옷|이미지|훈련|테스트|입력)"],
    "교재": [r"교과서"],
    "에지": [r"윤곽선"],
    "하위 층, 상위 층": [r"아래층", r"위층"],
    "15에포크": [r"\d 에포크"],
    "0.8배": [r"(?<![\d.\w/:])\.\d"],
    "등": [r"[A-Z][a-z]+ et al"],
    "네": [r'"예"'],
    "장난감 수준의": [r"장난감 번역"],
    "많은 데이터": [r"큰 데이터"],
    "언어 모델 미세 조정": [r"글 미세 조정"],
    "처음부터 학습한 쪽은": [r"처음부터 학습(은|을) (?!더)"],
    # A guess before a run; 예상 시간 is an estimate.
    "예측": [r"예상해 보|예상하게|예상합니다|예상한 뒤"],
}


def texts() -> Iterator[tuple[str, str]]:
    """Each Korean text with its place: a key of the locale, a lesson, a string of its JSON."""
    for path in sorted((ASSETS / "locale" / "ko").glob("*.json")):
        for key, text in json.loads(path.read_text(encoding="utf-8")).items():
            yield f"{path.name}:{key}", json.dumps(text, ensure_ascii=False)
    for path in sorted((ASSETS / "lessons" / "ko").iterdir()):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            yield f"{path.name}:{number}", line


@pytest.mark.parametrize("chosen", TERMS)
def test_one_term_has_one_word(chosen: str) -> None:
    wrong = re.compile("|".join(TERMS[chosen]))
    assert [(where, m.group()) for where, text in texts() if (m := wrong.search(text))] == []


def particles(noun: str) -> re.Pattern[str]:
    """The noun with a particle of the wrong form: a final consonant takes 을, 은, 과."""
    closed = (ord(noun[-1]) - ord("가")) % 28 != 0
    # Not 이 (the copula stands behind both) and not inside a longer word.
    wrong = "(?:를|는|와|가)" if closed else "(?:을|은|과)"
    return re.compile(rf"{noun}{wrong}(?![가-힣])")


def test_particles_follow_the_last_syllable() -> None:
    glossary = json.loads((ASSETS / "lessons" / "ko" / "glossary.json").read_text(encoding="utf-8"))
    nouns = {entry["word"] for entry in glossary.values()} | {"이미지", "정확도", "손실", "레이블"}
    hangul = sorted(noun for noun in nouns if re.fullmatch("[가-힣 ]+", noun))
    assert len(hangul) > 50
    rules = [particles(noun) for noun in hangul] + [re.compile(r"%p?(?:을|은|과)(?![가-힣])")]
    found = [(where, m.group()) for where, text in texts() for r in rules if (m := r.search(text))]
    assert found == []
