"""Other heads: what they learn from, that they are asked nothing they saw, what a reader gets."""

import numpy as np
import pytest
import torch

from tests.tlcore.experiments.export.test_worker import done
from tlcore.experiments.text.heads import reading as head_reading
from tlcore.experiments.text.heads import run as other_heads
from tlcore.experiments.text.heads.run import answer_head, entity_head
from tlcore.experiments.text.heads.run.head_tasks import TASKS, Example
from tlcore.experiments.text.heads.run.token_vectors import Read
from tlcore.experiments.text.heads.spec import TextAskSpec, TextHeadSpec
from tlcore.ground.errors import UserError
from tlcore.runs import spec
from tlcore.runs.store.store import Store

pytestmark = pytest.mark.usefixtures("unhurried")

TEXT = "Ada met Bo in Oslo"
WORDS = ((0, 3), (4, 7), (8, 10), (11, 13), (14, 18))
NAMES = ((0, 3, "person"), (8, 10, "person"), (14, 18, "place"))


def told(*rows):
    return Read(torch.tensor(rows, dtype=torch.float32), WORDS, False)


def toy(shift=0.0):
    """Five words; the first number of each tells a person, the second a place."""
    return told([1, shift, 0], [0, 0, 1], [1, 0, shift], [0, 0, 1], [0, 1, shift])


@pytest.fixture
def store(tmp_path):
    found = Store(tmp_path / "store.db")
    yield found
    found.close()


@pytest.mark.parametrize("task", TASKS)
def test_every_span_of_the_examples_stands_in_its_text(task):
    for examples in (TASKS[task].written(), TASKS[task].generated(40)):
        for one in examples:
            for start, end, _ in one.names:
                assert one.text[start:end].strip() == one.text[start:end] != ""
            assert bool(one.question) == (task == "questions")


def test_generated_names_hold_their_titles():
    found = [e.text[a:b] for e in TASKS["entities"].generated(400) for a, b, _ in e.names]
    assert [name for name in found if name.startswith(("Professor ", "Ms "))]


def test_a_head_that_was_shown_names_finds_them():
    examples = [Example(TEXT, NAMES, at) for at in range(4)]
    reads = [toy(0.1 * at) for at in range(4)]
    head = TASKS["entities"].learn(examples * 10, reads * 10, "written")
    said = TASKS["entities"].say(examples[0], toy(), head, "written")
    assert tuple(name for name, _ in said) == NAMES
    assert all(0.25 < sure <= 1 for _, sure in said)


def test_capitals_are_three_more_numbers():
    found = entity_head.capitals("Ada met Bo in Oslo", toy())
    assert found.tolist() == [[1, 1, 1], [0, 0, 0], [1, 0, 0], [0, 0, 0], [1, 0, 0]]
    assert entity_head.inputs(TEXT, toy(), True).shape == (5, 6)


def test_an_answer_head_learns_where_answers_begin_and_end():
    reads = [toy(0.1 * at) for at in range(4)] * 10
    head = answer_head.learn(reads, [(4, 4)] * 40)
    start, end, sure = answer_head.say(toy(), head)
    assert TEXT[start:end] == "Oslo"
    assert 1 / 15 < sure <= 1  # fifteen spans of five words
    assert answer_head.ends(toy(), 8, 18) == (2, 4)
    assert answer_head.ends(toy(), 8, 30) is None  # cut off
    nothing = Read(torch.zeros(0, 3), (), True)
    assert answer_head.say(nothing, head) == (0, 0, 0.0)


def test_nothing_that_is_asked_was_learned():
    """A task that remembers what it saw: each example is told the groups it was learned from."""

    class Spy:
        def learn(self, examples, reads, way):
            return frozenset(e.group for e in examples)

        def say(self, example, read, head, way):
            assert example.group not in head
            return [((len(head), 0, ""), 1.0)]

    examples = [Example("x", (), group) for group in range(10) for _ in range(2)]
    said = other_heads.crossed(Spy(), examples, [toy()] * 20, "written")
    assert said == [((8, 0, ""),)] * 20


def test_intervals_draw_both_questions_of_a_text_together():
    """Two equal questions a text tell no more than one."""
    task = TASKS["questions"]
    once = [Example("a b", ((0, 1, ""),), g, "q") for g in range(20)]
    counts = np.array([[g % 2, g % 2, 1.0] for g in range(20)])
    single = other_heads._draws(task, once, counts, 0)["f1"]
    twice = other_heads._draws(task, [e for e in once for _ in "ab"], counts.repeat(2, 0), 0)["f1"]
    assert np.allclose(single, twice)


@pytest.mark.parametrize("task", TASKS)
def test_scores_come_with_rules_beside_them_and_repeat(store, task):
    asked = {"kind": "text_head", "task": task, "backbone": "text-masked", "layer": 2}
    asked |= {"generated": 40, "written": 30}
    run = done(store, **asked)
    ways = {way["way"]: way for way in run.result["ways"]}
    names = ["rule", "generated", "carried", "written"]
    assert list(ways) == names + (["capitals"] if task == "entities" else [])
    sizes = {name: (way["learned"], way["asked"]) for name, way in ways.items()}
    assert sizes["generated"] == (32, 8)
    assert sizes["written"] == (24, 30)
    for way in ways.values():
        for score in way["scores"].values():
            assert 0 <= score["low"] <= score["value"] <= score["high"] <= 1
    over = ways["written"]["over"]
    gap = ways["written"]["scores"]["f1"]["value"] - ways["rule"]["scores"]["f1"]["value"]
    assert over["value"] == pytest.approx(gap, abs=2e-4)
    again = other_heads.rows(TextHeadSpec(**asked), store.path.parent, store.path.parent)
    assert list(again)[-1]["ways"] == run.result["ways"]


@pytest.mark.parametrize(
    "text", ["Oslo", "x " * 290, "😀 <b>Ada</b> & [MASK]", "배를 타고 Oslo", "Ada\u202eslO"]
)
def test_any_text_gets_an_answer(store, text):
    for task, question in (("entities", ""), ("questions", "Who? 😀")):
        asked = {"kind": "text_ask", "task": task, "backbone": "text-masked", "layer": 1}
        run = done(store, **asked, text=text, question=question)
        assert run.result["ways"]
        for way in run.result["ways"]:
            for span in way["spans"]:
                assert 0 <= span["start"] < span["end"] <= len(text)


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"text": ""}, "heads.no_text"),
        ({"text": "?! 😀"}, "heads.no_text"),
        ({"text": "x" * 601}, "heads.text_long"),
        ({"task": "questions"}, "heads.no_question"),
        ({"task": "questions", "question": "why " * 50}, "heads.question_long"),
        ({"layer": 7}, "heads.layer"),
        ({"backbone": "clothing"}, "backbone.unknown"),
    ],
)
def test_what_cannot_be_asked_is_told(values, key):
    with pytest.raises(UserError) as caught:
        spec.parse({"kind": "text_ask", **values})
    assert [name for name, _ in caught.value.values["problems"]] == [key]


def test_shapes_count_what_the_heads_learn():
    found = {shape.name: shape for shape in head_reading.shapes(384)}
    linear = torch.nn.Linear(384, len(entity_head.LABELS))
    assert found["entities"].parameters == sum(p.numel() for p in linear.parameters())
    assert found["questions"].parameters == 2 * 384


@pytest.mark.parametrize(
    ("low", "high", "said"), [(0.01, 0.2, "ahead"), (-0.2, -0.01, "behind"), (-0.1, 0.1, "open")]
)
def test_a_verdict_goes_no_further_than_its_interval(low, high, said):
    assert head_reading.verdict({"over": {"low": low, "high": high}}) == said


def test_a_spec_names_the_sentences_it_was_learned_from():
    assert TextAskSpec().texts == TextHeadSpec().texts
    assert len(TextAskSpec().texts) == 64
