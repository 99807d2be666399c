"""Norms against torch's own and against a loop by hand; reading changes nothing."""

from __future__ import annotations

import copy
import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from tests.tlcore import toy
from tlcore.ground.recipe import everything, from_block
from tlcore.training.engine import observe
from tlcore.training.transfer import plan as plans


@pytest.fixture
def stepped():
    """A network after one backward: (groups, observer, loss, scores, labels)."""
    plan = everything(4)
    blocks, head = plans.assemble(toy.backbone(), plan, 3, 0)
    plans.apply(blocks, head, plan)
    groups = dict(blocks.named_children()) | {"head": head}
    torch.manual_seed(0)
    scores = head(blocks(torch.randn(8, 1, 8, 8)))
    labels = torch.arange(8) % 3
    loss = F.cross_entropy(scores, labels)
    loss.backward()
    return groups, observe.Observer(groups, ratio_every=3), loss, scores, labels


def test_a_group_norm_is_torchs_total_norm(stepped):
    groups, observer, *seen = stepped
    reading = observer.read(1, *seen)
    assert list(reading.grad_norm) == list(groups)
    for name, module in groups.items():
        total = torch.nn.utils.get_total_norm([p.grad for p in module.parameters()])
        assert reading.grad_norm[name] == pytest.approx(total.item(), rel=1e-6)
    every = [p.grad for module in groups.values() for p in module.parameters()]
    whole = math.sqrt(sum(value**2 for value in reading.grad_norm.values()))
    assert whole == pytest.approx(torch.nn.utils.get_total_norm(every).item(), rel=1e-6)


def test_a_group_norm_is_what_a_loop_over_every_number_gives(stepped):
    groups, observer, *seen = stepped
    reading = observer.read(1, *seen)
    for name, module in groups.items():
        squares = sum(
            value * value for p in module.parameters() for value in p.grad.flatten().tolist()
        )
        assert reading.grad_norm[name] == pytest.approx(math.sqrt(squares), rel=1e-5)


def test_the_relative_gradient_leaves_out_biases_and_norms(stepped):
    groups, observer, *seen = stepped
    reading = observer.read(1, *seen)
    for name, module in groups.items():
        weight = module.linear.weight if name == "head" else module[0].weight
        expected = (weight.grad.norm() / weight.norm()).item()
        assert reading.rel_grad[name] == pytest.approx(expected, rel=1e-5)


def test_the_size_of_the_weights_is_read_at_every_kth_step(stepped):
    groups, observer, *seen = stepped
    first = observer.read(1, *seen).rel_grad["head"]
    with torch.no_grad():
        groups["head"].linear.weight.mul_(2)
    assert observer.read(2, *seen).rel_grad["head"] == first
    assert observer.read(4, *seen).rel_grad["head"] == pytest.approx(first / 2)


def test_reading_changes_neither_weights_nor_gradients(stepped):
    groups, observer, *seen = stepped
    before = [(p.detach().clone(), p.grad.clone()) for m in groups.values() for p in m.parameters()]
    observer.read(1, *seen)
    after = [(p, p.grad) for m in groups.values() for p in m.parameters()]
    assert all(
        torch.equal(a, b)
        for x, y in zip(before, after, strict=True)
        for a, b in zip(x, y, strict=True)
    )


def test_loss_and_accuracy_of_the_batch_come_along(stepped):
    _, observer, loss, scores, labels = stepped
    reading = observer.read(1, loss, scores, labels)
    assert reading.loss == loss.item()
    assert reading.accuracy == (scores.argmax(1) == labels).float().mean().item()


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_one_number_that_is_not_finite_shows(stepped, bad):
    groups, observer, *seen = stepped
    assert observer.read(1, *seen).finite
    groups["block2"][0].weight.grad[0, 0, 0, 0] = bad
    reading = observer.read(1, *seen)
    assert not reading.finite
    assert [n for n, v in reading.grad_norm.items() if not math.isfinite(v)] == ["block2"]


def test_frozen_groups_are_absent():
    plan = from_block(4, 4)
    blocks, head = plans.assemble(toy.backbone(), plan, 3, 0)
    plans.apply(blocks, head, plan)
    observer = observe.Observer(dict(blocks.named_children()) | {"head": head}, 1)
    assert observer.names == ["block4", "head"]


def test_the_update_ratio_is_the_true_change(stepped):
    groups, observer, *seen = stepped
    params = [p for m in groups.values() for p in m.parameters()]
    rule = torch.optim.AdamW(params, lr=0.01)
    before = {name: copy.deepcopy(module) for name, module in groups.items()}
    observer.read(1, *seen)
    with observer.update(1) as ratios:
        rule.step()
    for name, module in groups.items():
        pairs = [
            (p, q)
            for p, q in zip(module.parameters(), before[name].parameters(), strict=True)
            if p.ndim > 1
        ]
        moved = math.sqrt(sum((p - q).pow(2).sum().item() for p, q in pairs))
        size = math.sqrt(sum(q.pow(2).sum().item() for _, q in pairs))
        assert ratios[name] == pytest.approx(moved / size, rel=1e-4)
        assert ratios[name] > 0


def test_between_the_kth_steps_nothing_is_copied(stepped):
    _, observer, *seen = stepped
    told = {}
    for step in range(1, 8):
        observer.read(step, *seen)
        with observer.update(step) as ratios:
            pass
        told[step] = bool(ratios)
    assert [step for step, there in told.items() if there] == [1, 4, 7]


def test_an_observer_hangs_nothing_on_the_network(stepped):
    groups, observer, *seen = stepped
    observer.read(1, *seen)
    with observer.update(1):
        pass
    for root in groups.values():
        for module in root.modules():
            assert not module._forward_hooks
            assert not module._backward_hooks
        assert all(not p._backward_hooks for p in root.parameters())


def test_distance_is_relative_to_where_the_block_began():
    block = nn.Sequential(nn.Linear(2, 2))
    start = {"a": observe.weights_of(block)}
    start["a"] = [w.clone() for w in start["a"]]
    with torch.no_grad():
        block[0].weight.mul_(1.5)
        block[0].bias.add_(100)  # not a weight
    assert observe.distances({"a": block}, start, observe.weights_of)["a"] == pytest.approx(0.5)
