"""Three tasks as text to text: nothing of the test was learned, scores are counted by hand."""

import pytest

from tlcore.data.corpus import corpus, facts
from tlcore.data.texts import mixture, overlap, samples

SMALL = 800


@pytest.fixture(scope="module")
def split():
    return mixture.generated(SMALL)


def test_every_task_is_told_by_its_prefix_alone(split):
    told = {one.task: one.shown for one in split["train"]}
    assert set(told) == set(mixture.TASKS)
    for task, shown in told.items():
        assert shown.startswith(mixture.PREFIX[task] + " ")
    assert {one.wanted for one in split["train"] if one.task == "sentiment"} == {
        "positive",
        "negative",
    }


def test_an_answer_stands_in_its_text_and_the_question_at_the_end(split):
    asked = [one for one in split["train"] if one.task == "question"]
    assert all(one.wanted in one.given for one in asked)
    assert all(one.given.endswith("?") for one in asked)


def test_no_held_out_text_is_a_training_text():
    known = {one.given for one in mixture.training(SMALL)}
    held = mixture.held_out(None, SMALL)
    assert {one.task for one in held} == set(mixture.TASKS)
    assert known & {one.given for one in held} == set()
    assert known & {one.given for one in mixture.written()} == set()


def test_held_out_templates_and_facts_are_in_no_training_text():
    train, held = set(), set()
    for name, sentence in corpus.everything(
        0, tuple(mixture.KIND), dict.fromkeys(mixture.KIND, 500)
    ):
        if name in ("train", "valid"):
            train.add((sentence.kind, sentence.template))
            assert not (sentence.fact and facts.held_out(sentence.fact))
        elif name == "test_template":
            held.add((sentence.kind, sentence.template))
    assert held
    assert train & held == set()


def test_the_written_sets_are_asked_as_they_are():
    told = mixture.written()
    count = {task: sum(one.task == task for one in told) for task in mixture.TASKS}
    assert count == {
        "sentiment": len(samples.reviews(samples.TEST)),
        "question": sum(len(p.questions) for p in samples.passages()),
        "translate": len(samples.translations()),
    }
    assert len(mixture.written(5)) == 15


@pytest.mark.parametrize(
    ("said", "wanted", "by", "score"),
    [
        ("the child", "The child.", "words", 1.0),
        ("the dog", "the child", "words", 0.5),
        ("a", "b", "words", 0.0),
        ("the the the", "the child", "words", 2 * 1 / 5),
        ("", "", "words", 1.0),
        ("", "child", "words", 0.0),
        ("우리는 쉬어요", "우리가 쉬어요.", "letters", 10 / 12),
    ],
)
def test_f1_is_that_counted_by_hand(said, wanted, by, score):
    assert overlap.f1(said, wanted, by) == pytest.approx(score)


def test_marks_and_capitals_are_no_difference():
    assert overlap.exact("The child", "the child.")
    assert overlap.exact("학교 에 간다", "학교에 간다")  # spaces do not count
    assert not overlap.exact("The child", "The children")
