"""Words, rules that mark spans without a model, and how spans are scored."""

import pytest

from tlcore.data.texts import marking, samples


def named(text, spans):
    return [text[a:b] for a, b, *_ in spans]


def test_words_leave_out_the_s_of_a_possessive():
    text = "Anna's well-known café, isn't it?"
    assert named(text, marking.words(text)) == ["Anna", "well-known", "café", "isn't", "it"]


def test_every_written_name_begins_and_ends_with_a_word():
    for one in samples.named():
        words = marking.words(one.text)
        for span in one.spans:
            assert span.start in [a for a, _ in words], one
            assert span.end in [b for _, b in words], one


def test_neighbours_of_one_kind_are_one_name_and_others_are_not():
    text = "Ada Lane saw Oslo, Bergen Rail and Ada."
    kinds = ["person", "person", "none", "place", "place", "organisation", "none", "person"]
    assert named(text, marking.runs(text, kinds)) == ["Ada Lane", "Oslo", "Bergen", "Rail", "Ada"]


def test_the_rule_takes_runs_of_capitals_but_no_lone_first_word():
    text = "Nobody in Oslo knew Ada Lane. Yet Marta did. Ada Lane left."
    found = marking.capitals(text, "place")
    assert named(text, found) == ["Oslo", "Ada Lane", "Yet Marta", "Ada Lane"]
    assert {kind for _, _, kind in found} == {"place"}


def test_a_title_belongs_to_the_name():
    text = "We met Dr Otieno in May."
    assert text[marking.with_title(text, text.index("Otieno")) :].startswith("Dr Otieno")
    assert marking.with_title(text, text.index("May")) == text.index("May")


def test_names_agree_when_place_and_kind_do():
    truth, said = [(0, 3, "person"), (5, 8, "place")], [(0, 3, "person"), (5, 8, "person")]
    assert marking.agreement(truth, said) == (1, 1, 1)


@pytest.mark.parametrize(
    ("truth", "said", "exact", "shared"),
    [
        ("the", "the", True, 1.0),  # SQuAD: nothing but articles agrees with the same
        ("the", "a cat", False, 0.0),
        ("the town hall", "Town hall.", 1, 1),
        ("beech wood", "wood", 0, 2 / 3),
        ("1867", "1876", 0, 0),
        ("the", "", 1, 1),
    ],
)
def test_answers_agree_by_their_words(truth, said, exact, shared):
    assert marking.exact(truth, said) == exact
    assert marking.shared(truth, said) == pytest.approx(shared)


def test_the_rule_names_what_stands_beside_the_words_of_the_question():
    text = "The lamp was bought in Oslo. The heavy lighthouse door was painted green in spring."
    start, end = marking.by_overlap("What colour was the lighthouse door painted?", text)
    assert "green" in text[start:end]
    assert ". " not in text[start:end]  # one sentence
    assert marking.by_overlap("Who?", "") == (0, 0)
