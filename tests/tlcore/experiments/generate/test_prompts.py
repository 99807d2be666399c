"""Prompts, as runs: drawn, learned from and nothing else, answered, refused by name."""

import json

import pytest
import torch

from tlcore.data.texts import word_tasks
from tlcore.experiments.generate import reading as generate_reading
from tlcore.experiments.generate import spec as spec_generate
from tlcore.experiments.generate.run import prompt_ask, prompt_score
from tlcore.experiments.generate.spec import (
    PromptAskSpec,
    PromptScoreSpec,
)
from tlcore.ground.errors import UserError
from tlcore.making.pretrain import prompts as course
from tlcore.networks.language import prompts
from tlcore.networks.weights import card, read_embedded

pytestmark = pytest.mark.usefixtures("unhurried")


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
