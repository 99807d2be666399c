"""The old head: what it names right falls where blocks move, and nowhere else."""

import pytest
import torch

from tests.core import toy
from tlcore.data import clothing_source
from tlcore.data.images import Split
from tlcore.engine import memory as memories
from tlcore.engine.memory import Memory
from tlcore.engine.train import train
from tlcore.recipe import Recipe, TransferPlan, everything, head_only


@pytest.fixture
def memory():
    source = toy.images(train=60, test=60, seed=9)
    return Memory(toy.backbone(), 4, source.train, source.test)


def told(plan, memory, **how):
    target = toy.images()
    turned = Split(255 - target.train.images, (target.train.labels + 1) % 3)
    pictures = type(target)(target.name, target.classes, turned, target.val, target.test, "other")
    recipe = Recipe(epochs=3, batch=8, **how)
    rows = list(train(toy.backbone(), pictures, plan, recipe, memory=memory))
    return [row for row in rows if row["kind"] == "epoch"], rows[-1]


def test_the_old_head_knows_its_task_before_anything_moves(memory):
    assert memory.of(toy.backbone().blocks) > 0.8


def test_frozen_blocks_forget_nothing_and_moved_ones_do(memory):
    epochs, _ = told(head_only(4), memory)
    assert len({row["source_accuracy"] for row in epochs}) == 1
    epochs, _ = told(everything(4), memory, lr=0.1)
    assert epochs[0]["source_accuracy"] == memory.of(toy.backbone().blocks)
    assert epochs[-1]["source_accuracy"] < epochs[0]["source_accuracy"] - 0.1


def test_asking_changes_no_bit_of_the_run(memory):
    asked, with_memory = told(everything(4), memory)
    unasked, without = told(everything(4), None)
    assert with_memory["weights_sha256"] == without["weights_sha256"]
    assert "source_accuracy" in asked[0]
    assert "source_accuracy" not in unasked[0]


def test_the_source_sample_has_six_classes_in_two_halves():
    known, asked = clothing_source.load()
    for split in (known, asked):
        assert split.images.shape == (300, 1, 28, 28)
        assert torch.bincount(split.labels).tolist() == [50] * 6


@pytest.mark.parametrize("freeze", [0, 3, 4])
def test_in_a_run_frozen_blocks_see_the_source_once_and_the_answer_is_the_same(
    memory, freeze, monkeypatch
):
    passes, found = [], []
    through = memories.through

    def counted(blocks, given):
        passes.append(len(blocks))
        return through(blocks, given)

    monkeypatch.setattr(memories, "through", counted)

    def asks(state):
        found.append((memory(state), memory.of(state.blocks)))
        return found[-1][0]

    epochs, _ = told(TransferPlan(4, 4, freeze), asks, lr=0.1)
    assert len(found) == len(epochs) == 4
    assert [one for one, _ in found] == [whole for _, whole in found]
    assert [row["source_accuracy"] for row in epochs] == [one for one, _ in found]
    asked = [n for n in passes if n != 4] if freeze not in (0, 4) else None
    assert asked is None or asked == [freeze] + [4 - freeze] * 4


def test_another_run_is_asked_from_its_own_beginning(memory):
    first, _ = told(everything(4), memory, lr=0.1)
    again, _ = told(head_only(4), memory)
    assert {row["source_accuracy"] for row in again} == {first[0]["source_accuracy"]}
