"""The corpus: what is promised of it, held on a part of it; the card in assets/ is of the whole."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest

from tlcore import __main__
from tlcore.data.corpus import card, corpus, world
from tlcore.data.corpus.facts import held_out
from tlcore.data.corpus.lexicon import lexicon, read
from tlcore.data.corpus.sentence import KINDS, SPLITS, Sentence
from tlcore.data.corpus.words import article
from tlcore.ground.paths import ROOT

PART = dict.fromkeys(KINDS, 400) | {"scene": 12_000, "sense": 3_600}


@pytest.fixture(scope="module")
def part() -> list[tuple[str, Sentence]]:
    return list(corpus.everything(0, counts=PART))


@pytest.fixture(scope="module")
def known() -> dict:
    return card.read()


def of(part: list[tuple[str, Sentence]], kind: str) -> list[Sentence]:
    chosen = [sentence for _, sentence in part if sentence.kind == kind]
    assert chosen, f"no sentence is of the kind {kind}"
    return chosen


def test_a_part_made_again_is_the_one_on_the_card(known):
    assert card.digest(card.sample()) == known["digest_of_sample"]


def test_another_seed_is_another_corpus(known):
    assert card.digest(card.sample(1)) != known["digest_of_sample"]


@pytest.mark.usefixtures("unhurried")
def test_the_hash_seed_of_python_changes_nothing(known):
    code = "from tlcore.data.corpus import card; print(card.digest(card.sample()))"
    environment = {"PYTHONHASHSEED": "7", "PATH": ""}
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert told.stdout.strip() == known["digest_of_sample"], told.stderr


def test_the_card_keeps_what_is_promised(known):
    assert known["sentences"] == known["distinct"] == sum(corpus.COUNTS.values()) == 200_000
    assert known["kinds"] == corpus.COUNTS
    assert known["most_frequent_template"] <= 0.01
    assert known["templates"] > 1_000
    assert 2_500 <= known["vocabulary"] <= 4_500
    assert set(known["overlap"].values()) == {0}
    assert sum(known["splits"].values()) == 200_000
    assert all(known["splits"][split] > 2_000 for split in SPLITS)
    senses = {name: n for name, n in known["labels"].items() if "." in name}
    assert len({name.split(".")[0] for name in senses}) >= 12 + 4
    assert min(senses.values()) >= 300


def test_no_sentence_stands_twice(part):
    assert len({sentence.text for _, sentence in part}) == len(part) == sum(PART.values())


def test_splits_share_no_template_and_no_fact(part):
    templates: dict[str, set] = {split: set() for split in SPLITS}
    facts: dict[str, set] = {split: set() for split in SPLITS}
    ways: dict[str, set] = {split: set() for split in SPLITS}
    for split, sentence in part:
        templates[split].add((sentence.kind, sentence.template))
        if sentence.fact:
            facts[split].add(sentence.fact)
        ways[split] |= {w for w in sentence.template.split() if w.startswith("way:")}
    assert not templates["test_template"] & (templates["train"] | templates["valid"])
    assert not facts["test_fact"] & (facts["train"] | facts["valid"] | facts["test_template"])
    held = {w for w in ways["test_template"] if w not in ways["train"] | ways["valid"]}
    assert held  # each sentence of the split has one that training never saw
    assert all(facts.values()) or not facts["valid"]


def test_a_question_speaks_of_held_out_facts_only_in_the_test_of_facts(part):
    names = {who for sentence in of(part, "fact") for who in sentence.found("person")}
    assert names
    for split, sentence in part:
        if sentence.kind == "question" and sentence.fact:
            assert held_out(sentence.fact) == (split == "test_fact")


def test_no_text_of_training_tells_a_held_out_fact_beside_the_one_it_asks_for():
    told = corpus.everything(0, ("question",), {"question": 4_000})
    checked = 0
    for split, sentence in told:
        people = set(sentence.found("person"))
        if split == "test_fact" or not sentence.fact or len(people) != 1:
            continue
        for fact in world.of(people.pop()):
            if held_out(fact.id):
                assert fact.what not in sentence.text, sentence
                checked += 1
    assert checked > 50


def test_sentences_are_as_long_as_they_should_be_with_a_spread(part):
    lengths = Counter(len(s.text.split()) for s in of(part, "scene"))
    assert min(lengths) == 4
    assert 15 <= max(lengths) <= 30
    assert max(lengths.values()) < 0.2 * lengths.total()


def test_no_template_is_frequent(part):
    templates = Counter(s.template for s in of(part, "scene"))
    assert templates.most_common(1)[0][1] / PART["scene"] < 0.02
    assert len(templates) > 1_000


def test_a_mat_is_nowhere_and_the_cat_has_many_places(part):
    files = [f for f in (ROOT / "assets" / "language").iterdir() if f.suffix == ".toml"]
    assert files
    for file in files:
        words = card.words(file.read_text(encoding="utf-8"))
        assert not {"mat", "mats", "doormat"} & set(words), file
    for _, sentence in part:
        assert not {"mat", "mats"} & set(card.words(sentence.text))
    texts = [s.text for _, s in corpus.everything(0, ("scene",), {"scene": 25_000})]
    places = Counter(t.split(" on the ")[1] for t in texts if t.startswith("The cat is on the "))
    assert len(places) >= 8
    assert max(places.values()) <= 0.3 * places.total()


def test_spans_are_where_the_words_are(part):
    names = lexicon().names
    first = set(names["she"]) | set(names["he"]) | set(names["last"])
    seen = Counter()
    for _, sentence in part:
        assert "\x01" not in sentence.text
        assert "\x02" not in sentence.text
        for span in sentence.spans:
            text = sentence.text[span.start : span.end]
            assert text == text.strip()
            assert text
            seen[span.kind] += 1
            if span.kind == "person":
                assert set(text.split()) <= first, sentence
            if span.kind == "town":
                assert text in names["town"], sentence
    assert set(seen) == {"person", "town", "organisation", "target", "answer"}


def test_each_sense_shows_its_word_in_many_templates(part):
    templates: dict[str, set] = {}
    for sentence in of(part, "sense"):
        word = sentence.label.split(".")[0]
        marked = sentence.found("target")
        assert marked
        assert all(m.lower() in (word, word + "s", word + "es") for m in marked), sentence
        templates.setdefault(sentence.label, set()).add(sentence.template)
    assert len(templates) == sum(len(senses) for senses in read("senses").values())
    assert min(len(found) for found in templates.values()) > 30


def test_senses_do_not_hang_on_one_cue_word(part):
    """No content word stands in half of the sentences of a sense."""
    grammar = set(read("grammar")["skeleton"]["words"].split())
    grammar |= {"has", "had", "did", "will", "he", "she", "i", "his", "her", "my", "their", "its"}
    for label in {s.label for s in of(part, "sense")}:
        told = [set(card.words(s.text)) - grammar for s in of(part, "sense") if s.label == label]
        word = label.split(".")[0]
        cues = Counter(w for words in told for w in words if not w.startswith(word))
        assert cues.most_common(1)[0][1] / len(told) < 0.5, (label, cues.most_common(1))


def test_a_question_is_answered_by_a_span(part):
    for sentence in of(part, "question"):
        assert sentence.question.endswith("?")
        assert len(sentence.found("answer")) == 1, sentence
        assert sentence.answer in sentence.text


def test_the_last_label_of_a_list_was_shown_before(part):
    for sentence in of(part, "list"):
        shown = [entry.split(" : ") for entry in sentence.text.split(" / ")]
        assert len({word for word, _ in shown}) == len(shown)
        assert sentence.label in {label for _, label in shown[:-1]}
        assert shown[-1][1] == sentence.label


def test_reviews_are_half_and_half_and_name_no_word_of_one_side_alone(part):
    labels = Counter(s.label for s in of(part, "sentiment"))
    assert set(labels) == {"positive", "negative"}
    assert min(labels.values()) > 0.4 * labels.total()
    negative = [s.text for s in of(part, "sentiment") if s.label == "negative"]
    positive = [s.text for s in of(part, "sentiment") if s.label == "positive"]
    for word in ("not", "but", "boring", "moving"):  # each side uses the other's words
        assert any(f" {word}" in text for text in negative), word
        assert any(f" {word}" in text for text in positive), word


def test_a_or_an_is_right_everywhere(part):
    for _, sentence in part:
        if sentence.kind in ("list", "korean"):
            continue
        said = sentence.text.split()
        for one, following in zip(said, said[1:], strict=False):
            if one in ("a", "an", "A", "An"):
                assert article(following.strip('".,?!')) == one.lower(), sentence.text


def test_it_opens_with_a_capital_and_ends_with_a_stop(part):
    for _, sentence in part:
        if sentence.kind in ("list", "korean"):
            continue
        assert sentence.text.lstrip('"')[0].isupper() or sentence.text[0].isdigit(), sentence.text
        assert sentence.text[-1] in '.?!"', sentence.text
        assert "  " not in sentence.text
        assert "{" not in sentence.text
        assert "&" not in sentence.text


def test_a_split_begins_with_scenes_and_an_unknown_one_is_refused():
    assert corpus.sentences("train", counts=PART).__next__().kind == "scene"
    with pytest.raises(ValueError, match="split"):
        next(corpus.sentences("none"))


def test_the_command_shows_and_refuses(capsys):
    assert __main__.main(["corpus", "--kind", "pair", "--show", "3"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert len(shown) == 3
    assert all(line.startswith("pair") for line in shown)
    with pytest.raises(SystemExit):
        __main__.main(["corpus", "--kind", "poem"])


@pytest.mark.usefixtures("unhurried")
def test_the_room_of_text_is_torch_free():
    code = (
        "import tlcore.data.corpus.corpus, tlcore.data.corpus.card, tlcore.making.corpus_command\n"
        "import tlcore.data.texts.tokenizer\n"
        "import sys; print('torch' in sys.modules, 'transformers' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert told.stdout.split() == ["False", "False"]
