"""Text to text and prompts, as runs: they learn, they score, they answer, they say what fails."""

import json

import pytest
import torch
from tokenizers import Tokenizer

from tests.tlcore.experiments.export.test_worker import done
from tests.tlcore.fetching import tiny_hub
from tlcore.catalog import objective_models
from tlcore.data.texts import mixture, word_tasks
from tlcore.data.texts.mixture import Item
from tlcore.experiments.generate import reading as generate_reading
from tlcore.experiments.generate import spec as spec_generate
from tlcore.experiments.generate import uses
from tlcore.experiments.generate.run import hub_write, prompt_ask, prompt_score, to_text
from tlcore.experiments.generate.run.baselines import Baselines
from tlcore.experiments.generate.run.to_text_score import mean_and_half
from tlcore.experiments.generate.spec import (
    PromptAskSpec,
    PromptScoreSpec,
    ToTextAskSpec,
    ToTextSpec,
    WriteSpec,
)
from tlcore.ground.errors import UserError
from tlcore.making.pretrain import prompts as course
from tlcore.networks.language import hub_models, prompts, small
from tlcore.networks.weights import card, read_embedded
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


# Prompts


def test_words_groups_and_labels_are_held_out():
    pools = word_tasks.pools()
    words = {name: {w for group in pool.groups for w in group} for name, pool in pools.items()}
    assert words["train"] & words["words"] == set()
    assert words["train"] & words["tasks"] == set()
    assert set(pools["train"].labels) & set(pools["tasks"].labels) == set()
    every = words["train"] | words["words"] | words["tasks"]
    assert every & {label for pool in pools.values() for label in pool.labels} == set()


@pytest.mark.parametrize("pairs", [True, False])
def test_a_prompt_is_a_task_drawn_anew(pairs):
    sizes = torch.tensor([9, 12, 10])
    drawn = prompts.draw(sizes, 40, 500, 8, torch.Generator().manual_seed(0), pairs)
    assert bool((drawn.groups[:, 0] != drawn.groups[:, 1]).all())
    assert bool((drawn.labels[:, 0] != drawn.labels[:, 1]).all())
    assert bool((drawn.words < sizes[drawn.groups.gather(1, drawn.sides)]).all())
    assert 0.4 < float(drawn.sides[:, -1].float().mean()) < 0.6
    balanced = (drawn.sides[:, :8].sum(1) == 4).all()
    assert bool(balanced) is pairs
    for row in range(50):
        told = list(zip(drawn.sides[row].tolist(), drawn.words[row].tolist(), strict=True))
        assert len(set(told)) == len(told)  # no word twice


@torch.no_grad()
def test_no_word_sees_its_own_label_or_what_comes_later():
    model = prompts.build().eval()
    words, labels = torch.randn(1, 5, prompts.READ), torch.randn(1, 4, prompts.READ)
    before = model(words, labels)
    other = labels.clone()
    other[:, 2] = torch.randn(prompts.READ)  # of the third word
    after = model(words, other)
    assert torch.equal(before[:, :3], after[:, :3])
    assert not torch.equal(before[:, 3:], after[:, 3:])


def test_a_course_that_was_cut_ends_with_the_same_weights(tmp_path, capsys):
    def go(name, *more):
        folders = ["--checkpoints", str(tmp_path / name), "--out", str(tmp_path / name)]
        assert course.main(["--steps", "3", "--threads", "1", *folders, *more]) == 0
        return tmp_path / name / f"{prompts.NAME}.safetensors"

    whole = go("whole").read_bytes()
    cut = go("cut", "--minutes", "0.00001")
    assert not cut.exists()
    assert go("cut", "--resume").read_bytes() == whole
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert rows[-1]["sha256"] == rows[1]["sha256"]


def test_the_stored_model_learns_from_its_prompt_and_from_nothing_else():
    asked = PromptScoreSpec(examples=(0, 8), prompts=200)
    result = list(prompt_score.rows(asked, None, None))[-1]
    for kind in prompt_score.KINDS:
        none, most = result["scores"][kind]
        assert most["trained"] - most["trained_half"] > 0.6
        assert abs(none["trained"] - 0.5) < 0.12
        assert abs(most["shuffled"] - 0.5) < 0.15
        for way, (mean, low, high) in most["over"].items():
            assert mean == pytest.approx(most["trained"] - most[way], abs=2e-4)
            assert low < mean < high
    assert generate_reading.learns_from_prompt(result, "tasks")


def test_a_readers_prompt_is_answered_by_its_own_labels():
    [told] = prompt_ask.rows(PromptAskSpec(), None, None)
    shares = {row["label"]: row["trained"] for row in told["labels"]}
    assert told["prompt"].endswith("drum: window, pear:")
    assert shares["radio"] > shares["window"]
    best = max(told["nearest"], key=lambda row: row["alike"])
    assert best["label"] == "radio"
    [empty] = prompt_ask.rows(PromptAskSpec(examples=(), word="고양이"), None, None)
    assert empty["nearest"] == []


@pytest.mark.parametrize("word", ["", "two words", "a" * 31])
def test_a_prompt_that_cannot_be_read_is_told(word):
    with pytest.raises(UserError):
        PromptAskSpec(word=word)


def test_without_the_model_the_run_says_how_to_make_one(monkeypatch, tmp_path):
    monkeypatch.setattr(spec_generate, "PROMPTS", tmp_path / "none.json")
    with pytest.raises(UserError) as caught:
        _ = PromptScoreSpec().texts
    assert caught.value.key == "generate.no_prompts"


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


def test_the_shipped_prompts_model_reads_the_shipped_vectors_and_is_the_file_of_its_card():
    told = card(spec_generate.PROMPTS.stem)
    assert told["reads_sha256"] == card("text-skipgram")["sha256"]
    _, digest = read_embedded(spec_generate.PROMPTS.stem)
    assert digest == told["sha256"]


@pytest.mark.parametrize(
    ("spec", "fields", "key"),
    [
        (PromptAskSpec, {"examples": (("a", "b"),) * 9}, "generate.examples"),
        (PromptAskSpec, {"word": "two words"}, "generate.word"),
        (PromptScoreSpec, {"examples": (9,)}, "generate.examples"),
    ],
)
def test_what_no_prompt_can_hold_is_refused_by_name(spec, fields, key):
    with pytest.raises(UserError) as refused:
        spec(**fields)
    assert [found for found, _ in refused.value.values["problems"]] == [key]


def test_a_model_is_set_against_the_baseline_that_does_best():
    scores = {"usual": 0.2, "copy": 0.5, "nearest": 0.4, "model": 0.9}
    by = {name: {"f1": score, "f1_half": 0.01} for name, score in scores.items()}
    result = {"scores": {"held": {"translate": {"by": by}}}}
    assert generate_reading.best_baseline(result, "held", "translate") == "copy"
    over = generate_reading.over_baseline(result, "held", "translate")
    assert over.word == "ahead"
    assert over.low < 0.4 < over.high
