"""The old head: what it names right falls where blocks move, and nowhere else."""

import pytest
import torch

from tests.tlcore import toy
from tlcore.catalog import source_task
from tlcore.data.images import Split
from tlcore.data.known import clothing_source
from tlcore.ground.recipe import Recipe, TransferPlan, everything, head_only
from tlcore.training.engine import memory as memories
from tlcore.training.engine.memory import Memory
from tlcore.training.engine.train import train


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
        found.append((memory(state), memory.of(state.blocks), memory.anew(state.blocks)))
        return found[-1][0]

    epochs, _ = told(TransferPlan(4, 4, freeze), asks, lr=0.1)
    assert len(found) == len(epochs) == 4
    assert [tuple(one) for one, *_ in found] == [tuple(whole) for _, *whole in found]
    assert [row["source_accuracy"] for row in epochs] == [one.kept for one, *_ in found]
    assert [row["source_solved"] for row in epochs] == [one.solved for one, *_ in found]
    asked = [n for n in passes if n != 4] if freeze not in (0, 4) else None
    assert asked is None or sorted(asked) == sorted([freeze] * 2 + [4 - freeze] * 8)


def test_another_run_is_asked_from_its_own_beginning(memory):
    first, _ = told(everything(4), memory, lr=0.1)
    again, _ = told(head_only(4), memory)
    assert {row["source_accuracy"] for row in again} == {first[0]["source_accuracy"]}


def test_a_head_solved_anew_finds_what_only_moved(memory):
    """Channels of the last block that change places: the old head is lost, nothing is forgotten."""
    moved = toy.backbone().blocks
    before = memory.of(moved)
    assert memory.anew(moved) == before  # the old head is that head, as long as nothing moved
    turned = torch.arange(toy.backbone().channels[-1]).roll(5)
    moved.add_module("moved", Turn(turned))
    assert memory.of(moved) < before - 0.2
    assert memory.anew(moved) == before


class Turn(torch.nn.Module):
    def __init__(self, order):
        super().__init__()
        self.order = order

    def forward(self, x):
        return x[:, self.order]


def test_what_the_features_have_lost_no_new_head_finds(memory):
    class Nothing(torch.nn.Module):
        def forward(self, x):
            return torch.zeros_like(x)

    blocks = toy.backbone().blocks
    blocks.add_module("nothing", Nothing())
    assert memory.anew(blocks) == pytest.approx(1 / 3, abs=0.1)  # three classes


def test_untaught_blocks_are_those_of_a_run_from_scratch(memory):
    seen = []

    def asks(state):
        if not state.epoch:
            seen.append(memory.anew(state.blocks))

    told(TransferPlan(4, 0, 0), asks, seed=3)
    assert seen == [memory.untaught(toy.backbone(), 3)]
    assert memory.untaught(toy.backbone(), 3) != memory.untaught(toy.backbone(), 4)


@pytest.mark.parametrize(
    ("epochs", "when"), [(1, [0, 1]), (3, [0, 1, 2, 3]), (8, [0, 2, 4, 6, 8]), (200, 5)]
)
def test_a_head_is_solved_anew_five_times_at_most(epochs, when):
    found = [epoch for epoch in range(epochs + 1) if source_task.solves(epoch, epochs)]
    assert found == when or len(found) == when
    assert (found[0], found[-1]) == (0, epochs)
    assert source_task.turns(epochs) == len(found) <= 5


def test_a_run_tells_it_where_it_was_solved_and_nowhere_else(memory):
    pictures = toy.images()
    recipe = Recipe(epochs=8, batch=24)
    rows = list(train(toy.backbone(), pictures, everything(4), recipe, memory=memory))
    epochs = [row for row in rows if row["kind"] == "epoch"]
    assert [row["epoch"] for row in epochs if "source_solved" in row] == [0, 2, 4, 6, 8]
    assert all("source_accuracy" in row for row in epochs)


@pytest.mark.parametrize(("patience", "planned"), [(1, 20), (2, 12)])
def test_where_patience_ends_a_run_it_is_solved_anew_once_more(memory, patience, planned):
    seen = []

    def asks(state):
        found = memory(state)
        seen.append(memory.anew(state.blocks))
        return found

    how = Recipe(epochs=planned, batch=8, lr=0.1, head_lr=0.3, patience=patience)
    pictures = toy.images(val=60)
    rows = list(train(toy.backbone(), pictures, everything(4), how, memory=asks))
    epochs = [row for row in rows if row["kind"] == "epoch"]
    assert rows[-1]["kept"]["stopped"]
    last = epochs[-1]["epoch"]
    assert not source_task.solves(last, planned)  # it would not have been its turn
    assert epochs[-1]["source_solved"] == seen[-1]
    told = [row["epoch"] for row in epochs if "source_solved" in row]
    assert told == [e for e in range(last) if source_task.solves(e, planned)] + [last]


def test_features_that_blew_up_get_no_head(memory):
    class Broken(torch.nn.Module):
        def forward(self, x):
            return x * float("nan")

    def asks(state):
        state.learning.add_module("broken", Broken())
        return memory(state)

    epochs, _ = told(everything(4), asks)
    assert "source_accuracy" in epochs[0]
    assert "source_solved" not in epochs[0]
