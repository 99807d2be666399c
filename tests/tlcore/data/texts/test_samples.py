"""The written sets: as many as the card says, balanced, no two alike, every span where it should
be, and readable without torch."""

import re
import subprocess
import sys
import tomllib
from collections import Counter
from itertools import combinations

import pytest

from tlcore.data.corpus import corpus
from tlcore.data.texts import samples
from tlcore.ground.paths import ASSETS, ROOT
from tlcore.words import i18n

SETS = {
    "sentiment.csv": samples.reviews,
    "topics.csv": samples.documents,
    "bank.csv": samples.bank,
    "senses.csv": samples.senses,
    "korean.csv": samples.korean,
    "questions.json": samples.passages,
    "entities.json": samples.named,
    "dialogue.csv": samples.dialogue,
    "summaries.json": samples.summaries,
    "translation.csv": samples.translations,
}
# What is compared and measured of a row of each set, and how many words such a text has.
WORDS = {
    "sentiment.csv": (3, 75),
    "topics.csv": (14, 75),
    "bank.csv": (7, 20),
    "senses.csv": (6, 20),
    "korean.csv": (3, 12),
    "questions.json": (35, 75),
    "entities.json": (5, 20),
    "dialogue.csv": (3, 30),
    "summaries.json": (40, 75),
    "translation.csv": (1, 10),
}
ENGLISH = [name for name in SETS if name not in ("korean.csv", "translation.csv")]


def text_of(row):
    for field in ("text", "passage", "english"):
        if hasattr(row, field):
            return getattr(row, field)
    raise AssertionError(row)


def texts(name):
    return [text_of(row) for row in SETS[name]()]


def tokens(text):
    return frozenset(re.findall(r"\w+", text.lower()))


def test_the_card_speaks_of_every_file_and_counts_right():
    listed = {p.name for p in samples.FOLDER.iterdir()} - {"card.json"}
    for language in i18n.LANGUAGES:
        card = samples.card(language)
        assert set(card["sets"]) == listed == set(SETS)
        assert {name: row["rows"] for name, row in card["sets"].items()} == {
            name: len(read()) for name, read in SETS.items()
        }
        told = [card["licence"], card["made"], card["limits"]]
        told += [row[key] for row in card["sets"].values() for key in ("is", "use")]
        assert all(told)
        assert len(set(told)) >= len(told) - 1  # two sets are used in the same way
        assert all(bool(re.search("[가-힣]", each)) for each in told) == (language == "ko")


@pytest.mark.parametrize("name", SETS)
def test_no_two_texts_of_a_set_are_nearly_the_same(name):
    bags = {text: tokens(text) for text in texts(name)}
    assert len(bags) == len(SETS[name]())
    for one, other in combinations(bags, 2):
        a, b = bags[one], bags[other]
        assert len(a & b) < 0.6 * len(a | b), (one, other)


def test_no_text_stands_in_two_sets():
    everything = [text.lower() for name in SETS for text in texts(name)]
    assert len(set(everything)) == len(everything)


@pytest.mark.parametrize("name", SETS)
def test_texts_are_clean_and_of_moderate_length(name):
    low, high = WORDS[name]
    file = (samples.FOLDER / name).read_bytes()
    assert not file.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in file
    assert "\ufffd" not in file.decode("utf-8")
    assert "~" not in file.decode("utf-8")
    for text in texts(name):
        assert low <= len(text.split()) <= high, text
        assert text == " ".join(text.split())
        assert text.isprintable()


@pytest.mark.parametrize("name", SETS)
def test_the_word_mat_stands_nowhere(name):
    told = (samples.FOLDER / name).read_text(encoding="utf-8").lower()
    assert not re.search(r"\bmats?\b", told)


@pytest.mark.parametrize("name", ENGLISH)
def test_english_sets_are_in_latin_letters(name):
    assert all(ord(letter) < 0x250 for text in texts(name) for letter in text)


def test_reviews_are_balanced_in_both_parts_and_some_are_hard():
    for split, each in ((samples.TRAIN, 150), (samples.TEST, 50)):
        labels = Counter(review.label for review in samples.reviews(split))
        assert labels == {"positive": each, "negative": each}
        for label in labels:
            hard = Counter(r.hard for r in samples.reviews(split) if r.label == label)
            assert set(hard) == {"", "contrast", "negation", "irony"}
            assert each / 4 <= each - hard[""] <= each / 2
    domains = Counter((r.domain, r.label) for r in samples.reviews())
    assert len(domains) == 16
    assert set(domains.values()) == {25}


def test_documents_are_balanced_in_both_parts_and_have_two_to_four_sentences():
    for split, each in ((samples.TRAIN, 60), (samples.TEST, 20)):
        topics = Counter(document.topic for document in samples.documents(split))
        assert topics == dict.fromkeys(("sport", "health", "money", "travel", "law"), each)
    for document in samples.documents():
        ends = re.findall(r"[.?!]\"?(?= [A-Z\"]|$)", document.text)
        assert 2 <= len(ends) <= 4, document.text


def test_bank_is_money_as_often_as_river_and_no_cue_comes_twice():
    assert Counter(row.sense for row in samples.bank()) == {"money": 20, "river": 20}
    cues = [row.cue.lower() for row in samples.bank()]
    assert len(set(cues)) == len(cues)
    for row in samples.bank():
        others = [r for r in samples.bank() if r is not row]
        assert not any(row.cue.lower() in tokens(r.text) for r in others), row.cue


def test_other_words_have_two_senses_of_eight_sentences():
    counted = Counter((row.word, row.sense) for row in samples.senses())
    assert set(counted.values()) == {8}
    senses = Counter(word for word, _ in counted)
    words = ("bat", "spring", "bark", "match", "ring", "light", "seal", "crane", "palm")
    assert senses == dict.fromkeys(words, 2)
    assert len({(r.word, r.cue.lower()) for r in samples.senses()}) == len(samples.senses())


@pytest.mark.parametrize("row", samples.bank() + samples.senses(), ids=lambda row: row.text)
def test_an_english_word_stands_once_and_its_cue_beside_it(row):
    found = [m.start() for m in re.finditer(rf"\b{row.word}\b", row.text, re.IGNORECASE)]
    assert found == [row.start]
    assert row.text[row.start : row.end].lower() == row.word
    assert re.search(rf"\b{re.escape(row.cue)}\b", row.text, re.IGNORECASE)
    assert row.word != row.cue


def test_senses_are_called_as_in_the_corpus():
    told = [
        tomllib.loads((ASSETS / "language" / name).read_text(encoding="utf-8"))
        for name in ("senses.toml", "korean.toml")
    ]
    for known, rows in (
        (told[0], samples.bank() + samples.senses()),
        (told[1]["sense"], samples.korean()),
    ):
        assert all(row.sense in known[row.word] for row in rows)


def test_korean_words_stand_once_twelve_times_a_sense():
    counted = Counter((row.word, row.sense) for row in samples.korean())
    assert set(counted.values()) == {12}
    assert Counter(word for word, _ in counted) == {"배": 3, "눈": 2, "다리": 2, "밤": 2}
    for row in samples.korean():
        assert row.text.count(row.word) == 1
        assert row.text[row.start : row.end] == row.word
        assert not re.search("[A-Za-z]", row.text)
        # the word begins its own 어절: 배우다 or 사다리 would be another word
        assert row.start == 0 or row.text[row.start - 1] == " "


def test_every_answer_is_a_whole_span_of_its_passage():
    for passage in samples.passages():
        assert 3 <= len(re.findall(r"[.?!](?= |$)", passage.passage)) <= 6  # "Mr." counts too
        assert len({q.ask for q in passage.questions}) == len(passage.questions) == 2
        for question in passage.questions:
            end = question.start + len(question.text)
            assert passage.passage[question.start : end] == question.text
            around = passage.passage[max(question.start - 1, 0)] + passage.passage[end]
            assert question.start == 0 or not around[0].isalnum()
            assert not around[1].isalnum()
            assert question.ask.endswith("?")


def test_entity_spans_are_in_order_and_cut_no_word():
    for row in samples.named():
        ends = [0]
        for span in row.spans:
            assert ends[-1] <= span.start < span.end <= len(row.text)
            name = row.text[span.start : span.end]
            assert name == name.strip()
            assert name[0].isupper() or name[0].isdigit(), name
            edges = row.text[span.start - 1 : span.start] + row.text[span.end : span.end + 1]
            assert not re.search(r"\w", edges), name
            ends.append(span.end)
    kinds = Counter(span.kind for row in samples.named() for span in row.spans)
    assert set(kinds) == {"person", "place", "organisation"}
    assert min(kinds.values()) >= 60
    assert sum(not row.spans for row in samples.named()) == 10


def test_each_character_keeps_a_fifth_of_the_lines_for_the_test():
    counted = Counter((line.speaker, line.split) for line in samples.dialogue())
    assert sorted(counted.values()) == [20, 40, 80, 160]
    for speaker in {line.speaker for line in samples.dialogue()}:
        parts = [samples.dialogue(speaker, split) for split in (samples.TRAIN, samples.TEST)]
        assert len(parts[0]) == 4 * len(parts[1])
        spoken = [{line.situation for line in part} for part in parts]
        assert spoken[1] <= spoken[0]


def test_a_summary_is_one_sentence_and_shorter_than_half():
    for row in samples.summaries():
        assert len(re.findall(r"[.?!](?= |$)", row.summary)) == 1
        assert len(row.summary.split()) < len(row.text.split()) / 2


def test_translations_have_no_word_of_the_other_language():
    koreans = [pair.korean for pair in samples.translations()]
    assert len(set(koreans)) == len(koreans)
    for pair in samples.translations():
        assert not re.search("[가-힣]", pair.english)
        assert not re.search("[A-Za-z]", pair.korean)
        assert re.search(r"[요다][.?]$", pair.korean)


def test_no_translation_is_asked_that_the_corpus_tells():
    asked = {text for p in samples.translations() for text in (p.english, p.korean)}
    told = [s for _, s in corpus.everything(kinds=("pair", "korean"))]
    assert len(told) > 10_000
    assert not asked & {text for s in told for text in (s.text, s.translation)}


@pytest.mark.usefixtures("unhurried")
def test_the_readers_load_no_torch():
    code = (
        "import sys; from tlcore.data.texts import samples; samples.reviews()\n"
        "print([m for m in ('torch', 'transformers', 'sklearn') if m in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"
