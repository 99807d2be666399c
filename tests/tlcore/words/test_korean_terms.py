"""One term, one word: what the Korean texts say, and what they do not say instead."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from tests.nonempty import files_of
from tlcore.ground.paths import ROOT

ASSETS = ROOT / "assets"

# The word chosen, and patterns of what is not said for it, with the reason where it is not plain.
TERMS = {
    "사전 학습 과제": [r"학습 목표"],  # an objective: what stands on a blackboard is another thing
    "최적해를 구하다": [
        r"헤드를 (먼저 |몇 초 만에 )?[풀풉]",
        r"헤드를 (먼저 )?푼",
        r"헤드를 푸는",
        r"\*풀어서",
    ],
    "동결 해제": [r"차례로 (풀|풉)"],
    # To drop blocks or a head; neighbours torn apart are 떼어 놓은, texts kept aside 떼어 둔.
    "제거": [
        r"\"버림|버림:|\*버립니다|버리고, 새로",
        r"(블록|층|헤드)[을를은는] (없애|빼|떼[고었]|버리|버립)",
        r"떼어 (내|냈)|[셋개]를 없애|셋을 (없애|빼)|없앤|없앨",
    ],
    "복사": [r"베[껴낀끼낄]"],
    "헤드": [r"분류기\(헤드\)"],
    "특화": [r"특수(성|한|하기)"],
    "%p": [r"\d점[ ,.에이은만도쯤]", r"몇 점", r"점수로 적"],
    # Noise of a measurement; noise in a picture stays 잡음.  What is beyond it is not 우연을 넘는.
    "오차": [r"(?:측정|시드의) 잡음", r"우연을 넘는 차이"],
    "95% 신뢰 구간": [r"신뢰구간"],
    "레시피": [r"조리법"],
    "표준 편차": [r"표준편차", r"흔들림"],  # of seeds: 흩어진 정도, in numbers 표준 편차
    "손상된": [r"망가진 (옷|이미지|훈련|테스트|입력)", r"입력이 망가"],
    "이미지": [r"같은 그림을|숫자 그림|그림 (한|몇|\d+) ?장|사진 수"],
    "교재": [r"교과서"],
    "에지, 코너": [r"윤곽선|(?<!옷의 )모서리"],
    "스텝": [r"(?<!첫)(?<!한 )(?<!열 )걸음마다 (학습|가중치)"],  # moves in the maze are 걸음
    "고정": [r"학습률 일정|스케줄.{0,6}일정|\"일정\""],
    "준비된 계획": [r"프리셋"],
    "하위 층, 상위 층": [r"아래층", r"위층", r"가장 하위"],
    "15에포크": [r"\d 에포크"],
    "0.8배": [r"(?<![\d.\w/:])\.\d"],
    "등": [r"[A-Z][a-z]+ et al"],
    "태스크": [r"(?<=[^가-힣])(?<!학습 )과제"],  # 사전 학습 과제 is an objective
    "네": [r'"예[,"]'],
    "장난감 수준의": [r"장난감 번역"],
    "많은 데이터": [r"큰 데이터"],
    "언어 모델 미세 조정": [r"글 미세 조정"],
    "처음부터 학습한 쪽은": [r"처음부터 학습(은|을) (?!더)"],
    # A guess before a run; 예상 시간 is an estimate.
    "예측": [r"예상해 보|예상하게|예상합니다|예상한 뒤"],
    # The rows of the second reading, one by one.
    "동시 출현 횟수 행렬의 차원을 줄이면": [r"센 횟수를 줄이"],
    "BERT의 마지막 층은": [r"어느 층이 좋을까요\? 마지막 층은"],
    "마지막 블록 몇 개와 헤드를": [r"마지막 블록까지 미세 조정한"],
    "마지막 블록들": [r"\"마지막 블록( \+|\")", r"마지막 블록 학습\""],
    "수업 시간이 몇 분인지": [r"몇 분이 있는지"],  # how many people
    "예시를 활용하고": [r"예시를 쓰고"],  # writing them
    "다음 칸의 값을 이용해": [r"다음 값으로 고쳐"],
    "다르고 적을 때는": [r"다른 이미지 몇 장|하는 말이며"],
    "대략적인": [r"거친 자"],  # a rough person
    "갱신합니다, 계산한": [r"평균을 셉|세는 평균|센 평균"],
    "사용": [r"읽기\(\{read\}\)"],  # the handle's label
    "설정 더 보기": [r"그 밖의 설정"],
    "글이 적을 때": [r"적은 글[: \"]"],
    "다음 단어 맞히기만 배운": [r"다음 단어만 배운"],
    "아니면 학습한 것이 없나요?": [r"아무것도 아닌가요"],
    "우연 수준보다 나아질 수 없습니다": [r"우연이 다다를|별것 없"],
    "사전 학습에서 출발한 쪽이 나은 태스크": [
        r"(?<!출발한 쪽이 뚜렷이 )(?<!규칙보다 뚜렷이 )나은 태스크"
    ],
    "ImageNet 절반으로 학습한 AlexNet": [r"AlexNet과 ImageNet"],
    "동결하면 시간이 절약되고": [r"아껴 주는"],
    "교실의 기록을 모두 지웠습니다": [r"방이 비워"],
    "참고만 하세요": [r"가려서 보"],
    "정확도를 두 배로 잃는다": [r"소스는 두 배로 잃"],
    "층을 3개, 5개, 7개": [r"\d, \d층을"],
    "증명한 것": [r"보인 것은 없"],
    "그래디언트": [r"기울기"],
    "네트워크": [r"신경망"],
    "층, 레이블, 에포크, 학습률, 과적합": [r"(?<!플)레이어|라벨|에폭|학습율|오버피팅"],
    "전이 학습, 사전 학습, 미세 조정": [r"전이학습|사전학습|미세조정"],
    "편향 보정": [r"편향[을은]? ?(스텝마다 )?바로잡", r"나누어 바로잡"],
    "배우지 못합니다": [r"굶"],  # a rate that starves
}


# What once stood in the texts, so that each row above is known to find its own.
STOOD = {
    "사전 학습 과제": "학습 목표",
    "최적해를 구하다": "헤드를 풉니다",
    "동결 해제": "차례로 풀어",
    "제거": "마지막 세 블록을 없애고",
    "복사": "베껴 온 블록",
    "헤드": "분류기(헤드)",
    "특화": "태스크에 특수한",
    "%p": "가장 좋은 것과 1점도 차이 나지",
    "오차": "우연을 넘는 차이가",
    "95% 신뢰 구간": "95% 신뢰구간",
    "레시피": "조리법",
    "표준 편차": "시드 사이의 흔들림",
    "손상된": "망가진 옷 이미지",
    "이미지": "가게의 사진 수(D2)",
    "교재": "교과서",
    "에지, 코너": "가장자리와 모서리",
    "스텝": "걸음마다 가중치를",
    "고정": '"일정"',
    "준비된 계획": "위의 프리셋이",
    "하위 층, 상위 층": "아래층일수록",
    "15에포크": "15 에포크",
    "0.8배": "층마다 .8배",
    "등": "Zhang et al. 2017",
    "태스크": "모델과 과제가 다르고",
    "네": '"예, 모두 지웁니다"',
    "장난감 수준의": "장난감 번역은",
    "많은 데이터": "큰 데이터",
    "언어 모델 미세 조정": "글 미세 조정",
    "처음부터 학습한 쪽은": "처음부터 학습은 낮고",
    "예측": "먼저 예상해 보세요",
    "동시 출현 횟수 행렬의 차원을 줄이면": "센 횟수를 줄이기만 해도",
    "BERT의 마지막 층은": "어느 층이 좋을까요? 마지막 층은",
    "마지막 블록 몇 개와 헤드를": "마지막 블록까지 미세 조정한",
    "마지막 블록들": '"마지막 블록 + 헤드"',
    "수업 시간이 몇 분인지": "몇 분이 있는지",
    "예시를 활용하고": "예시를 쓰고 있습니다",
    "다음 칸의 값을 이용해": "다음 값으로 고쳐집니다",
    "다르고 적을 때는": "다른 이미지 몇 장",
    "대략적인": "거친 자",
    "갱신합니다, 계산한": "평균을 셉니다",
    "사용": "읽기({read})",
    "설정 더 보기": "그 밖의 설정",
    "글이 적을 때": '"적은 글"',
    "다음 단어 맞히기만 배운": "다음 단어만 배운",
    "아니면 학습한 것이 없나요?": "아무것도 아닌가요?",
    "우연 수준보다 나아질 수 없습니다": "우연이 다다를 수 있는 전부",
    "사전 학습에서 출발한 쪽이 나은 태스크": "처음부터 학습한 것보다 나은 태스크",
    "ImageNet 절반으로 학습한 AlexNet": "AlexNet과 ImageNet의 절반",
    "동결하면 시간이 절약되고": "시간을 아껴 주는 것은",
    "교실의 기록을 모두 지웠습니다": "방이 비워졌습니다",
    "참고만 하세요": "가려서 보세요",
    "정확도를 두 배로 잃는다": "먼 소스는 두 배로 잃는다",
    "층을 3개, 5개, 7개": "3, 5, 7층을 동결하면",
    "증명한 것": "보인 것은 없습니다",
    "그래디언트": "기울기와 기울기 제곱의 평균",
    "네트워크": "합성곱 신경망",
    "층, 레이블, 에포크, 학습률, 과적합": "마지막 레이어",
    "전이 학습, 사전 학습, 미세 조정": "전이학습",
    "편향 보정": "Adam의 편향을 바로잡고",
    "배우지 못합니다": "너무 낮으면 굶습니다",
}


def texts() -> Iterator[tuple[str, str]]:
    """Each Korean text with its place: a key of the locale, a lesson, a string of its JSON."""
    for path in files_of(ASSETS / "locale" / "ko", "*.json"):
        for key, text in json.loads(path.read_text(encoding="utf-8")).items():
            yield f"{path.name}:{key}", json.dumps(text, ensure_ascii=False)
    for path in files_of(ASSETS / "lessons" / "ko", "*"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            yield f"{path.name}:{number}", line


@pytest.mark.parametrize("chosen", TERMS)
def test_one_term_has_one_word(chosen: str) -> None:
    wrong = re.compile("|".join(TERMS[chosen]))
    assert [(where, m.group()) for where, text in texts() if (m := wrong.search(text))] == []


@pytest.mark.parametrize("chosen", TERMS)
def test_each_row_finds_what_once_stood_there(chosen: str) -> None:
    assert re.search("|".join(TERMS[chosen]), STOOD[chosen])
    assert set(STOOD) == set(TERMS)


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
    rules = [particles(noun) for noun in hangul]
    rules += [re.compile(r"%p?(?:을|은|과|이 )(?![가-힣])"), re.compile(r"이미지(?:을|은)")]
    found = [(where, m.group()) for where, text in texts() for r in rules if (m := r.search(text))]
    assert found == []


# A word, what stands behind it in brackets (the English word, a figure), and a particle.
BRACKETS = re.compile(r"([가-힣])\*{0,2}\([^()가-힣]+\)(이|가|을|를|은|는|과|와)(?=[ ,.])")


def test_brackets_are_not_read_before_a_particle() -> None:
    told = re.sub(r"\[\[[^\]|]*\|([^\]]*)\]\]", r"\1", "네트워크([[x|처음부터 학습]])가")
    assert told == "네트워크(처음부터 학습)가"
    wrong = []
    for where, text in texts():
        plain = re.sub(r"\[\[[^\]|]*\|([^\]]*)\]\]", r"\1", text)
        for syllable, particle in BRACKETS.findall(plain):
            closed = (ord(syllable) - ord("가")) % 28 != 0
            if closed != (particle in "이을은과"):
                wrong.append((where, f"{syllable}(…){particle}"))
    assert wrong == []


# A value whose last sound is not known here, and a particle that would have to follow it.
NAMED = re.compile(
    r"\{(?:word|filled|model|names?|cheapest|strategy|data|backbone|repo|package|title|first|second)\}"
    r"[”’\"*]*(?:[은는을를]|[이가](?= )|[과와])(?![가-힣(])"
)


def test_no_particle_hangs_on_a_name() -> None:
    """After a name stand a noun, a colon, or both forms: “{word}”은(는)."""
    assert NAMED.search("{first}와 {second}는 한 문장 안에")
    assert not NAMED.search("“{word}”은(는)")
    shares = {"layers.json:embedding.axes"}  # percentages, which end in 퍼센트
    found = [(where, m.group()) for where, text in texts() if (m := NAMED.search(text))]
    assert [one for one in found if one[0] not in shares] == []


def test_headings_and_questions_end_as_one_asks() -> None:
    """-까요?, never -까? or -는가; and what asks in English has its mark in Korean."""
    told: dict[str, tuple[str, str]] = {}
    for path in files_of(ASSETS / "locale" / "ko", "*.json"):
        english = json.loads((ASSETS / "locale" / "en" / path.name).read_text(encoding="utf-8"))
        korean = json.loads(path.read_text(encoding="utf-8"))
        told |= {key: (english[key], korean[key]) for key in korean}
    plans = [
        json.loads((ASSETS / "lessons" / language / "lesson_plan.json").read_text(encoding="utf-8"))
        for language in ("en", "ko")
    ]
    told |= {
        f"plan {step}": (plans[0][step]["title"], plans[1][step]["title"]) for step in plans[1]
    }
    blunt = re.compile(r"까\?|(?:는|은|인|닌|한|던)가\??$|(?:[았었했겠하되우있없드렸였]나)\??$")
    counted = re.compile(r"(?:^|\s)하나$")  # one of a thing
    ends = {k: korean.rstrip("* ") for k, (_, korean) in told.items()}
    assert [k for k, text in ends.items() if blunt.search(text) and not counted.search(text)] == []
    asked = {k for k, (english, _) in told.items() if english.rstrip("* ").endswith("?")}
    assert len(asked) > 80
    assert [k for k in asked if not ends[k].endswith("?")] == []
