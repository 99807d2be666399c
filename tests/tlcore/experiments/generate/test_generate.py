"""Text to text, as runs: it learns, it scores, it answers, it says what fails."""

import pytest
import torch
from tokenizers import Tokenizer

from tests.tlcore.experiments.export.test_worker import done
from tests.tlcore.fetching import tiny_hub
from tlcore.catalog import objective_models
from tlcore.data.texts import mixture
from tlcore.data.texts.mixture import Item
from tlcore.experiments.generate import reading as generate_reading
from tlcore.experiments.generate import uses
from tlcore.experiments.generate.run import hub_write, to_text
from tlcore.experiments.generate.run.baselines import Baselines
from tlcore.experiments.generate.run.to_text_score import mean_and_half
from tlcore.experiments.generate.spec import (
    ToTextAskSpec,
    ToTextSpec,
    WriteSpec,
)
from tlcore.ground.errors import UserError
from tlcore.networks.language import hub_models, small
from tlcore.runs.store.store import Store

pytestmark = pytest.mark.usefixtures("unhurried")

ITEMS = (
    Item("sentiment", "The soup was good.", "positive"),
    Item("sentiment", "The soup was bad.", "negative"),
    Item("sentiment", "A bad film.", "negative"),
    Item("question", "The child slept. Who slept?", "The child"),
    Item("translate", "We rest.", "우리는 쉬어요."),
)


@pytest.mark.parametrize("objective", ["causal", "span"])
def test_every_weight_learns_and_the_loss_falls(objective):
    model = small.build(objective)
    before = {name: weight.clone() for name, weight in small.state(model.whole).items()}
    told = list(to_text.train(model, to_text.known(ITEMS), steps=12, seed=0))
    assert [step for step, _ in told] == list(range(1, 13))
    assert told[-1][1] < told[0][1] - 1
    after = small.state(model.whole)
    same = [name for name in before if torch.equal(before[name], after[name])]
    assert [name for name in same if after[name].requires_grad] == []
    assert not model.whole.training


@pytest.mark.parametrize("objective", ["causal", "span"])
def test_the_loss_is_that_of_the_wanted_pieces_alone(objective):
    """Of a single text: the mean over its pieces, one after another, by the model's own scores."""
    model = small.build(objective)
    model.whole.eval()
    data = to_text.known(ITEMS[:1])
    rows = data.tasks[0]
    shown, wanted = data.shown.rows(rows), data.wanted.rows(rows)[:, 1:]
    with torch.no_grad():
        found = to_text.loss(model, data, rows)
        lost = []
        for place in range(wanted.shape[1]):
            behind = wanted[:, :place]
            if objective == "span":
                fed = torch.cat([torch.zeros(1, 1, dtype=torch.long), behind], 1)
                scores = model.whole(input_ids=shown, decoder_input_ids=fed).logits
            else:
                scores = model.whole(input_ids=torch.cat([shown, behind], 1)).logits
            lost.append(-torch.log_softmax(scores[0, -1], 0)[wanted[0, place]])
    assert found == pytest.approx(float(torch.stack(lost).mean()), abs=1e-4)


def test_a_batch_has_as_many_of_each_task_and_an_epoch_every_text_once():
    items = [
        Item(task, f"text {n}", "x") for task in mixture.TASKS for n in range(2 * to_text.EACH)
    ]
    data = to_text.known(items)
    first, second = to_text.batches(data, 2, seed=0)
    assert sorted([*first, *second]) == list(range(len(items)))
    for batch in (first, second):
        tasks = [items[row].task for row in batch]
        assert all(tasks.count(task) == to_text.EACH for task in mixture.TASKS)


def test_of_a_long_text_the_prefix_and_the_question_stay():
    long = "The cat slept in the hall. " * 60 + "Who slept?"
    [row] = to_text.shown("question", [long]).tolist()
    [short] = to_text.shown("question", ["Who slept?"]).tolist()
    assert len(row) <= 128 - to_text.MOST["question"]
    assert row[:3] == short[:3]
    assert row[-4:] == short[-4:]


def test_baselines_say_what_they_are_called():
    told = Baselines(ITEMS).say("sentiment", ["The soup was good, very good."])
    assert told == {
        "usual": ["negative"],
        "copy": ["The soup was good, very good."],
        "nearest": ["positive"],
    }


def test_an_interval_is_that_of_the_mean():
    mean, half = mean_and_half([0.0, 1.0] * 50)
    assert mean == 0.5
    assert half == pytest.approx(1.96 * 0.5025 / 10, abs=1e-4)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("generate") / "store.db")
    yield store
    store.close()


def test_a_reader_fine_tunes_and_then_asks_the_result(store):
    run = done(store, kind="to_text", steps=2, asked=2)
    told = run.result
    assert set(told["scores"]) == {"held_out", "written"}
    for scored in told["scores"].values():
        for task in mixture.TASKS:
            assert scored[task]["texts"] == 2
            assert set(scored[task]["by"]) == {"model", *generate_reading.BASELINES}
            assert set(scored[task]["over"]) == set(generate_reading.BASELINES)
            assert len(scored[task]["each"]) == 2
            measure = generate_reading.MEASURE[task]
            for name, (mean, low, high) in scored[task]["over"].items():
                by = scored[task]["by"]
                assert mean == pytest.approx(by["model"][measure] - by[name][measure], abs=2e-4)
                assert low < mean < high  # two texts are no certainty
    asked = {"kind": "to_text_ask", "run": run.id, "task": "question"}
    answer = done(store, **asked, text="The child slept. <b>🙂</b>", question="Who slept?").result
    assert answer["read"] == "question: The child slept. <b>🙂</b> Who slept?"
    assert answer["baselines"]["copy"] == "The child slept. <b>🙂</b> Who slept?"
    assert answer["pieces"]
    assert all(0 <= row["share"] <= 1 for row in answer["pieces"])
    (store.folder(run.id) / "to_text.safetensors").unlink()
    with pytest.raises(AssertionError, match="'export.weights_gone'"):
        done(store, **asked, text="Other.", question="Who?")


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"text": " "}, "generate.empty"),
        ({"text": "a" * 601}, "generate.long"),
        ({"task": "question", "text": "a"}, "generate.empty"),
        ({"task": "question", "text": "a", "question": "b" * 151}, "generate.long"),
    ],
)
def test_what_cannot_be_asked_is_told(given, key):
    with pytest.raises(UserError) as caught:
        ToTextAskSpec(run="0" * 32, **given)
    assert key in [problem for problem, _ in caught.value.values["problems"]]


def test_a_model_that_is_not_there_is_told(monkeypatch):
    monkeypatch.setattr(objective_models, "there", lambda folder=None: ("causal",))
    with pytest.raises(UserError):
        ToTextSpec(model="span")
    assert ToTextSpec(model="span", start="scratch").model == "span"


# What needs what


def test_summaries_without_a_model_are_scored_from_the_written_sets():
    first, whole, other = uses.summaries()
    assert (first.name, whole.name, other.name) == ("first", "whole", "other")
    assert first.rouge1 > other.rouge1
    assert uses.first_sentence("One. Two.") == "One."


def test_every_model_of_the_table_is_a_row_of_the_catalogue():
    for use in uses.USES:
        for model in (*use.here, *use.hub):
            uses.there(model)
            assert uses.megabytes(model) > 0


# A model of the hub, tiny and random, in the files of a real one


@pytest.mark.parametrize(("kind", "name"), [("t5", "t5_small"), ("gpt2", "gpt2")])
def test_a_model_of_the_hub_writes_what_transformers_writes(kind, name, monkeypatch):
    """The same loop; greedy, so `generate` of transformers has the same pieces."""
    model = tiny_hub.whole(kind).eval()
    tokenizer = Tokenizer.from_str(tiny_hub.files(kind)["tokenizer.json"].decode())
    monkeypatch.setattr(hub_models, "generator", lambda asked: (model, tokenizer))
    asked = WriteSpec(model=name, text="The bank lends money.", pieces=6)
    told = list(hub_write.rows(asked, None, None))[-1]
    text = hub_write.PREFIX + asked.text if kind == "t5" else asked.text
    ids = torch.tensor([tokenizer.encode(text).ids])
    with torch.no_grad():
        written = model.generate(
            ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=6
        )[0]
    new = written[1:] if kind == "t5" else written[ids.shape[1] :]
    assert [row["piece"] for row in told["pieces"]] == [tokenizer.decode([int(i)]) for i in new]
    drawn = WriteSpec(model=name, text="The bank lends money.", pieces=6, warmth=1.5, seed=3)
    once, again = (list(hub_write.rows(drawn, None, None))[-1]["says"] for _ in range(2))
    assert once == again


def test_a_model_of_the_hub_that_is_not_here_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path))
    with pytest.raises(UserError) as caught:
        _ = WriteSpec().texts
    assert caught.value.key == "hub.absent"


def test_a_model_is_set_against_the_baseline_that_does_best():
    scores = {"usual": 0.2, "copy": 0.5, "nearest": 0.4, "model": 0.9}
    by = {name: {"f1": score, "f1_half": 0.01} for name, score in scores.items()}
    result = {"scores": {"held": {"translate": {"by": by}}}}
    assert generate_reading.best_baseline(result, "held", "translate") == "copy"
    over = generate_reading.over_baseline(result, "held", "translate")
    assert over.word == "ahead"
    assert over.low < 0.4 < over.high
