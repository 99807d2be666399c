"""What was once said and is not so, in either language; and what stands in its place.

Each row: why, what is said nowhere any more (English, Korean), and a lesson that says what its
source says, with the words that carry it (English, Korean).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import pytest

from tlcore.ground.paths import ASSETS
from tlcore.words import i18n


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
    "the_collar": Fact(
        "the note counts the neck among the general features, the collar among those dropped",
        (
            "knows collars|“A collar is a general|call necklines",
            "옷깃, 소매, 어깨선을 이미|‘옷깃은 일반적인",
        ),
        "what_layers_know.blocks",
        (("collar and lace", "*specific*"), ("레이스와 카라", "*구체적인*")),
    ),
    "the_collar_is_dropped": Fact(
        "the shop cuts off what knows collars",
        ("", ""),
        "why_transfer.story",
        (("a neck, a shoulder line", "the collar, the lace"), ("목 부분, 어깨선", "레이스와 카라")),
    ),
    "lightning": Fact(
        "Lightning keeps the mode that its user set since 2.2 (its pull request 18951)",
        ("fastai and Lightning leave", "fastai, Lightning은 기본"),
        "break_it.frozen",
        (("since 2.2",), ("2.2부터",)),
    ),
    "three_forms": Fact(
        "one note's count; the field sets linear probing against fine-tuning",
        (
            "has three forms|The textbooks know three forms|Three forms: only the head",
            "교재는 세 가지 방식|에는 세 가지 방식이 있습니다",
        ),
        "fine_tune.forms",
        (("One of our notes", "linear probing", "LoRA"), ("우리 노트 하나", "선형 프로브", "LoRA")),
    ),
    "as_it_was": Fact(
        "only the stored weights stay; LoRA forgets less, not nothing",
        (
            "leaves the network as it was|leave the encoder as it is|network stays as it was"
            "|(?<!weights of )kept blocks stay as they were|the block (itself )?stays as it was"
            r"|stay as they were pre-trained\. (An|Behind)",
            "네트워크를 그대로 둡니다|인코더를 그대로 두고|네트워크는 그대로 두고"
            "|블록은 그대로 두고|블록은 그대로입니다|블록 자체는 그대로"
            "|모두 사전 학습된 그대로 둡니다",
        ),
        "compare.forms",
        (("forgets less", "2410.21228"), ("덜 잊을 뿐", "2410.21228")),
    ),
    "number_of_weights": Fact(
        "the number of learning weights is not the cause of overfitting",
        (
            "learn less by heart|so many learning weights|fewer learning weights|extra weight",
            "덜 외우|학습하는 가중치에 비해|학습하는 가중치를 줄이거나",
        ),
        "compare.forms",
        (("1611.03530", "1912.02292", "2012.13255"), ("1611.03530", "1912.02292", "2012.13255")),
    ),
    "two_changes": Fact(
        "the repair changes the start and the number of learning weights at once",
        ("", ""),
        "break.proof.too_little",
        (("two things at once",), ("두 가지를 한꺼번에",)),
    ),
    "two_searches": Fact(
        "59.2 and 71.2 are of the large search, 42.1 and 59.5 of the small one",
        ("came as far as rotation|rotation 59.5", "회전만큼은 갔다|회전은 59.5"),
        "kinds_of_learning.self_supervised",
        (
            ("*small* search", "43.1", "60.4", "66.4", "*large* search", "59.2", "71.2"),
            ("*작은* 탐색", "43.1", "60.4", "66.4", "*큰* 탐색", "59.2", "71.2"),
        ),
    ),
    "caught_up": Fact(
        "arXiv 2011.13377: on most of 40 tasks the best self-supervised networks were ahead",
        ("", ""),
        "kinds_of_learning.self_supervised",
        (("40", "Ericsson", "DINOv2"), ("40개", "Ericsson", "DINOv2")),
    ),
    "time_only": Fact(
        "of supervised pre-training and many pictures; masking gained (arXiv 2111.11429)",
        ("", ""),
        "compare.limits",
        (("*supervised*", "10,000", "2111.11429"), ("*지도* 학습", "1만 장", "2111.11429")),
    ),
    "the_old_head": Fact(
        "what an old head loses may only have moved (arXiv 2203.13381; against it 2304.00933)",
        (
            "What it loses, the blocks under it have forgotten \\(catastrophic forgetting\\);",
            "만큼 그 아래 블록이 잊은 것입니다",
        ),
        "learning_rate.forgetting",
        (("2203.13381", "2304.00933"), ("2203.13381", "2304.00933")),
    ),
    "two_heads": Fact(
        "the old head and one solved anew are both drawn: the gap is what moved",
        ("", ""),
        "learning_rate.forgetting",
        (("**old head**", "**re-solved head**"), ("**옛 헤드**", "**다시 해를 구한 헤드**")),
    ),
    "two_heads_of_a_run": Fact(
        "what the second head loses, the features themselves have lost",
        ("", ""),
        "help.forgetting",
        (
            ("solved anew", "up to five times", "features themselves"),
            ("해를 다시 구해", "많으면 다섯 번", "특징 자체"),
        ),
    ),
    "too_sure": Fact(
        "a rising loss at level accuracy is often overconfidence (arXiv 1706.04599)",
        ("To stop when validation loss no longer falls", "검증 손실이 더 내려가지 않을 때"),
        "why_transfer.overfitting",
        (("1706.04599",), ("1706.04599",)),
    ),
    "basins": Fact(
        "one basin of image classifiers; some text classifiers have barriers (arXiv 2205.12411)",
        ("", ""),
        "claims.linear_path.published",
        (("image classifiers", "2205.12411"), ("이미지 분류기", "2205.12411")),
    ),
    "stable_bert": Fact(
        "Mosbach et al. changed Adam's bias correction, the epochs and, in their published"
        " settings, early stopping (configs/rte); the warm-up is in both arms",
        (
            r"labels are a warm-up|\[\[warm-up\]\], bias-corrected|by a warm-up, Adam"
            r"|changed two things|20 epochs instead of 3(?!.{0,60}early stopping)"
            "|bias corrected, and more epochs",
            r"방법으로는 웜업|\[\[warm-up\|웜업\]\], 편향|쓰고 웜업, 편향"
            r"|그대로 두고 두 가지를|3에포크(\(epoch\))? 대신 20에포크(?!.{0,30}조기 종료)"
            "|보정한 Adam과 더 많은",
        ),
        "fine_tune_text.full",
        (
            ("BERT-large", "20 epochs instead of 3", "early stopping", "preprint"),
            ("BERT-large", "20에포크", "조기 종료", "프리프린트"),
        ),
    ),
    "overlap": Fact(
        "two intervals that overlap are no test (Schenker and Gentleman 2001)",
        ("overlap: no difference|intervals overlap, so", "구간이 겹치면 (차이|무승부)"),
        "glossary.json",
        (("Schenker and Gentleman 2001",), ("Schenker, Gentleman 2001",)),
    ),
    "rte_alone": Fact(
        "LoRA's higher average over GLUE is one task's, begun from weights tuned on MNLI",
        ("", ""),
        "fine_tune_text.added",
        (("RTE", "MNLI", "87.3", "87.4", "95.1", "90.8"), ("RTE", "MNLI", "87.3", "87.4", "95.1")),
    ),
    "what_one_gains": Fact(
        "with few pictures the final accuracy, too: from scratch ends 30 to 42 points below",
        ("the start and the speed\\.", "출발점과 속도입니다"),
        "quiz.json",
        (("with few pictures, the final accuracy",), ("이미지가 적을 때는 최종 정확도",)),
    ),
    "to_the_left": Fact(
        "GPT computes a word's vector from what stands to its left alone",
        ("", ""),
        "words_in_context.lead",
        (("GPT only from the words to its left",), ("GPT는 왼쪽에 있는 단어만",)),
    ),
    "one_way_in_the_glossary": Fact(
        "the same, where the word is looked up",
        ("", ""),
        "glossary.json",
        (("reads one way, such as GPT",), ("GPT처럼 한 방향으로",)),
    ),
    "flipped": Fact(
        "random labels hurt little, flipped ones are followed by large models (arXiv 2303.03846)",
        ("wrong labels (often )?hardly (hurt|matter)", "틀린 레이블이어도 (거의|별로)"),
        "generate.sources",
        (
            ("at **random**", "2303.03846", "**flipped**"),
            ("**무작위로**", "2303.03846", "**뒤집으면**"),
        ),
    ),
    "warmed_up": Fact(
        "Adam's first estimates rest on few batches (Liu et al. 2020)",
        ("", ""),
        "glossary.json",
        (("1908.03265",), ("1908.03265",)),
    ),
    "the_output_layer": Fact(
        "models that write keep their output layer: instructions, then preferences",
        ("", ""),
        "fine_tune_text.lead",
        (("keep their output layer", "prefer"), ("출력층을 그대로", "더 좋아하는")),
    ),
    "which_gpt": Fact(
        "GPT-2's prompts came before T5; that it grows with the size is GPT-3's",
        ("GPT went one step further", "GPT는 한 걸음 더"),
        "generate.lead",
        (("GPT-2 (2019)", "GPT-3 (2020)"), ("GPT-2(2019)", "GPT-3(2020)")),
    ),
    "three_things_called_minilm": Fact(
        "the paper of 2020, the model trained on pairs in 2021; 128 pieces are this app's limit",
        ("(the )?model reads at most 128|MiniLM reads 128", "모델이 128토큰까지만 읽"),
        "backbone.minilm.about",
        (("Wang et al. 2020", "2021"), ("Wang 등 2020", "2021년")),
    ),
    "whose_limit": Fact(
        "the same",
        ("", ""),
        "tune.cut",
        (("this app gives the encoder",), ("이 앱이 인코더에",)),
    ),
    "one_common_scale": Fact(
        "CKA ignores one scale common to all channels, not one for each",
        ("channels,? (each )?scaled", "채널마다 (크기|배율)"),
        "quiz.json",
        (("all of them scaled alike",), ("모두 같은 배율",)),
    ),
    "sees_it_all": Fact(
        "a ViT's field does not grow: each block sees the whole picture",
        ("", ""),
        "glossary.json",
        (("in a ViT every block sees the whole",), ("ViT에서는 모든 블록이",)),
    ),
    "two_senses": Fact(
        "the sample has two senses of each English word",
        ("two or three (senses|meanings)", "뜻이 둘이나 셋"),
        "quiz.json",
        (("English words here have two meanings",), ("영어 단어도 뜻이 둘씩",)),
    ),
    "ratio_of_spreads": Fact(
        "of five runs each, standard deviations of 4 and 2 cannot be told apart by their ratio",
        ("2\\.40? to 11\\.5", "2\\.40?에서 11\\.5"),
        "quiz.json",
        (("0.65 to 6.2",), ("0.65에서 6.2",)),
    ),
    "too_little": Fact(
        "from nothing with too few pictures; not: more weights than pictures",
        ("more (learning )?weights than pictures is", "가중치가 이미지보다 많아서"),
        "break.why.too_little",
        (("networks with more weights than pictures often generalise",), ("흔히 일반화",)),
    ),
    "time_only_in_the_race": Fact(
        "both conditions stand where the race tells of it, too",
        ("", ""),
        "why_transfer.sources",
        (
            ("supervised pre-training", "10,000", "2111.11429"),
            ("지도 학습", "1만 장", "2111.11429"),
        ),
    ),
    "old_head_read": Fact(
        "the reading of a run says it, too: forgotten, or only moved",
        ("", ""),
        "reading.forgot",
        (("or only moved",), ("자리를 옮겼을 뿐",)),
    ),
    "one_average": Fact(
        "26 against 444 epochs: an average, one threshold; of which networks is not known to us",
        (
            "study of 16 networks on 12 data sets, fine-tuning|average over networks",
            "네트워크 16개를 데이터 세트 12개로 비교한|여러 네트워크와 데이터의 평균",
        ),
        "why_transfer.sources",
        (
            ("*on average*", "one threshold", "do not say"),
            ("*평균* 26", "하나뿐", "나와 있지 않"),
        ),
    ),
    "where_a_head_wins": Fact(
        "learning blocks beat a head in 179 of 192 pairs; few pictures and shifts are exceptions",
        ("large network may say otherwise", "큰 네트워크에서는 다를 수"),
        "matrix.measured",
        (("179 of 192", "47 to 800", "2202.10054"), ("179개", "47장에서 800장", "2202.10054")),
    ),
    "two_sentences": Fact(
        "both sentences on the rate stand in one note; not in every textbook",
        ("from every textbook", "어느 교재에나"),
        "learning_rate.lead",
        (("One of our notes",), ("우리 노트 하나",)),
    ),
    "imdb": Fact(
        "6.86 against 5.69 are a handful of questions; on IMDb the difference is one",
        ("6.86%", "6.86%"),
        "fine_tune_text.spread",
        (("6.87%", "5.00%", "6.49%"), ("6.87%", "5.00%", "6.49%")),
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
