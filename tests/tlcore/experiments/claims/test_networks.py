"""What claims 7 to 11 are measured with: parts that learn, statistics, corruptions, a line."""

from __future__ import annotations

from collections import OrderedDict

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from tlcore.data.images import Split
from tlcore.experiments.claims.run import (
    corruptions,
    linear_path,
    lp_ft,
    network,
    source,
    statistics,
    surgical,
)
from tlcore.experiments.claims.run.network import Tuning
from tlcore.ground.recipe import Compute, TransferPlan
from tlcore.networks.backbone import InputSpec
from tlcore.training.engine import norm_statistics as engine_statistics


def toy(seed=0):
    """Two blocks with batch norm and a head, as a row of named parts."""
    torch.manual_seed(seed)
    blocks = [
        (
            f"block{n}",
            nn.Sequential(nn.Conv2d(before, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU()),
        )
        for n, before in ((1, 1), (2, 4))
    ]
    head = nn.Sequential(OrderedDict(pool=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten()))
    head.add_module("linear", nn.Linear(4, 3))
    return nn.Sequential(OrderedDict([*blocks, ("head", head)])).eval()


@pytest.fixture
def batch():
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(12, 1, 6, 6, generator=generator)
    return x, torch.arange(12) % 3


def same(one, other):
    return all(
        torch.equal(a, b)
        for a, b in zip(one.state_dict().values(), other.state_dict().values(), strict=True)
    )


@pytest.mark.parametrize("names", [("block1",), ("block2", "head"), ("head",)])
@pytest.mark.parametrize("rule", ["adam", "sgd"])
def test_only_the_named_parts_learn_and_no_statistic_moves(names, rule, batch):
    net = toy()
    after = network.tuned(net, names, *batch, Tuning(0.01, 2, 5, rule), seed=0)
    assert same(net, toy())  # a copy has learned
    for name, part in after.named_children():
        was = net.get_submodule(name)
        equal = [
            torch.equal(a, b) for a, b in zip(part.parameters(), was.parameters(), strict=True)
        ]
        assert any(equal) is all(equal) is (name not in names)
        assert all(torch.equal(a, b) for a, b in zip(part.buffers(), was.buffers(), strict=True))
    before = F.cross_entropy(net(batch[0]), batch[1])
    assert F.cross_entropy(after(batch[0]), batch[1]) < before


def test_what_lies_before_the_part_that_learns_may_as_well_run_in_every_step(batch):
    """The stored features are those that a pass through everything would give."""
    x, labels = batch
    how = Tuning(0.05, 3, 4)
    short = network.tuned(toy(), ("head",), x, labels, how, seed=0)
    net = toy()
    alone = nn.Sequential(OrderedDict(all=net[:-1], head=net[-1]))
    long = network.tuned(alone, ("head",), x, labels, how, seed=0)
    assert torch.allclose(short[-1][-1].weight, long[-1][-1].weight, atol=1e-6)


def test_statistics_of_one_pass_are_those_that_the_engine_measures(batch):
    x, _ = batch
    net = toy()
    spec = InputSpec(size=6, channels=1, mean=(0.0,), std=(1.0,))
    images = ((x - x.min()) / (x.max() - x.min()) * 255).round().to(torch.uint8)
    shown = network.pictures(Split(images, torch.zeros(12)), spec)
    found = statistics.restated(net, shown)
    blocks = toy()[:-1]
    plan = TransferPlan(2, 2, 0, "norm_statistics")
    engine_statistics.renew(blocks, plan, Split(images, torch.zeros(12)), spec, Compute())
    for ours, theirs in zip(found[:-1], blocks, strict=True):
        assert torch.allclose(ours[1].running_mean, theirs[1].running_mean, atol=1e-5)
        count = 12 * 36
        unbiased = theirs[1].running_var * count / (count - 1)
        assert torch.allclose(ours[1].running_var, unbiased, rtol=0.01)
        assert ours[1].momentum == 0.1
    assert not torch.equal(found[0][1].running_mean, net[0][1].running_mean)
    assert torch.equal(found[0][0].weight, net[0][0].weight)


@pytest.mark.parametrize("train_mode", [True, False])
def test_a_frozen_net_drifts_in_train_mode_and_only_there(train_mode, batch):
    net = toy()
    before = statistics.hashes(net[:-1])
    after = statistics.under_a_new_head(net[:-1], net[-1], *batch, 2, 4, 0, train_mode)
    weights, buffers = statistics.hashes(after)
    assert weights == before[0]
    assert (buffers != before[1]) is train_mode
    assert statistics.hashes(net[:-1]) == before


def test_relative_gradients_are_norms_over_norms_of_the_source_network(monkeypatch, batch):
    x, labels = batch
    net = toy()
    monkeypatch.setattr(surgical, "STAGES", {"first": ("block1",), "last": ("head",)})
    monkeypatch.setattr(surgical, "BATCHES", 1)
    found = surgical.relative_gradients(net, x, labels, 12, seed=0)
    other = toy()
    F.cross_entropy(other(x), labels).backward()
    for stage, weight in (("first", other[0][0].weight), ("last", other[-1][-1].weight)):
        wanted = float(weight.grad.norm() / weight.detach().norm())
        assert found[stage] == pytest.approx(wanted, rel=1e-4)


def split(count=8):
    generator = torch.Generator().manual_seed(2)
    return Split(
        torch.randint(0, 256, (count, 1, 28, 28), generator=generator, dtype=torch.uint8),
        torch.arange(count) % 4,
    )


@pytest.mark.parametrize("name", corruptions.CORRUPTIONS)
def test_a_corruption_is_the_same_again_and_another_for_other_pictures_of_it(name):
    given = split()
    once, again = (corruptions.corrupted(given, name, 0, "test") for _ in range(2))
    assert torch.equal(once.images, again.images)
    assert torch.equal(once.labels, given.labels)
    assert once.images.dtype == torch.uint8
    assert once.images.shape == given.images.shape
    assert not torch.equal(once.images, given.images)
    drawn = name in ("noise", "fog")
    other = corruptions.corrupted(given, name, 0, "train")
    assert torch.equal(once.images, other.images) is not drawn


def test_blur_and_large_pixels_take_detail_fog_takes_contrast_and_noise_gives_some():
    flat = Split(torch.full((4, 1, 28, 28), 128, dtype=torch.uint8), torch.zeros(4))
    rough = split()

    def spread(given, name):
        return corruptions.corrupted(given, name, 0, "test").images.float().std() / 255

    assert spread(flat, "noise") == pytest.approx(corruptions.NOISE, rel=0.1)
    assert spread(flat, "blur") == 0
    before = rough.images.float().std() / 255
    assert spread(rough, "blur") < before / 3
    assert spread(rough, "pixelate") < before / 2
    assert spread(rough, "fog") < before * 2 / 3  # the veil itself has some
    large = corruptions.corrupted(rough, "pixelate", 0, "test").images[0, 0]
    assert len(large.unique()) <= corruptions.CELLS**2


def test_source_target_and_test_pictures_are_never_the_same():
    sizes = source.Sizes(source=600, target=600, test=30)  # of 6,000: chance would show
    known, target, test = source.pools(sizes, seed=1)
    assert [len(one) for one in (known, target, test)] == [600, 600, 30]
    seen = [{bytes(p.numpy().tobytes()) for p in one.images} for one in (known, target, test)]
    assert not seen[0] & seen[1]
    assert not (seen[0] | seen[1]) & seen[2]
    assert target.labels.bincount().tolist() == [150] * 4
    _, others, again = source.pools(sizes, seed=2)
    assert not torch.equal(others.images, target.images)
    assert torch.equal(again.images, test.images)


def test_flipped_labels_are_a_permutation_that_is_its_own_inverse():
    labels = torch.tensor([0, 1, 2, 3, 3])
    assert source.flipped(labels).tolist() == [3, 2, 1, 0, 0]
    assert torch.equal(source.flipped(source.flipped(labels)), labels)


def test_a_view_changes_the_picture_and_keeps_its_name():
    given = split()
    seen = lp_ft.viewed(given, 0)
    assert torch.equal(seen.images, lp_ft.viewed(given, 0).images)
    assert not torch.equal(seen.images, lp_ft.viewed(given, 1).images)
    assert torch.equal(seen.labels, given.labels)


def test_features_that_went_half_their_length_moved_by_a_half():
    before = torch.tensor([[3.0, 4.0], [0.0, 10.0]])
    assert lp_ft.distance(before * 1.5, before) == pytest.approx(0.5)


def test_between_two_networks_every_weight_and_statistic_goes_straight():
    first, second = toy(0), toy(1)
    second[0][1].running_mean.fill_(2.0)
    assert same(linear_path.between(first, second, 0.0), first)
    assert same(linear_path.between(first, second, 1.0), second)
    middle = linear_path.between(first, second, 0.5)
    assert torch.allclose(middle[0][0].weight, (first[0][0].weight + second[0][0].weight) / 2)
    assert middle[0][1].running_mean.tolist() == [1.0] * 4
    assert same(first, toy(0))
