"""What a fine-tune changed: CKA against its formula, distance by hand, a map that holds still."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from torch import nn

from tests.tlcore.experiments.export.test_worker import done
from tlcore.data import sets
from tlcore.experiments.layers import run as layers
from tlcore.experiments.layers.run import cka, distance, embedding
from tlcore.runs.store.store import Store

pytestmark = pytest.mark.usefixtures("unhurried")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("data") / "store.db")
    yield store
    store.close()


def trained(store, **plan):
    return done(store, data="garments", train_size=40, epochs=3, lr=0.005, **plan)


def draws(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


# CKA


def test_turned_and_scaled_features_are_the_same():
    x = draws(40, 8)
    turn, _ = torch.linalg.qr(draws(8, 8, seed=1))
    assert cka.linear(x, 3 * x @ turn + 5) == pytest.approx(1)


def test_unrelated_features_are_near_nothing_though_there_are_more_of_them_than_pictures():
    """The plain estimate, the one with the bias, would say 0.9."""
    x, y = draws(40, 400), draws(40, 400, seed=1)
    assert abs(cka.linear(x, y)) < 0.1
    centred = [z - z.mean(0) for z in (x, y)]
    k, l = (z @ z.T for z in centred)  # noqa: E741
    assert (k * l).sum() / (k.norm() * l.norm()) > 0.85


def test_hsic_is_the_mean_over_all_quadruples():
    """Song et al. 2012, the U-statistic that equation 5 computes fast: by brute force, n = 6."""
    from itertools import permutations

    k, l = (cka.gram(draws(6, 3, seed=s)) for s in (0, 1))  # noqa: E741
    terms = [
        k[i, j] * (l[i, j] + l[q, r] - 2 * l[i, q]) for i, j, q, r in permutations(range(6), 4)
    ]
    assert cka.hsic(k, l) == pytest.approx(float(np.mean(terms)))


def test_features_that_never_change_have_no_likeness():
    assert cka.linear(torch.ones(10, 4), draws(10, 4)) is None


# Distance


def test_distance_is_relative_to_the_block_it_began_as():
    before, after = nn.Linear(2, 1, bias=False), nn.Linear(2, 1, bias=False)
    before.weight.data = torch.tensor([[3.0, 4.0]])
    after.weight.data = torch.tensor([[3.0, 4.5]])
    assert distance.relative(before, after) == pytest.approx(0.1)
    assert distance.relative(before, before) == 0


# The map


def test_axes_are_shared_and_hold_still():
    before = draws(30, 5) * torch.tensor([5.0, 2.0, 0.1, 0.1, 0.1])
    after = before.clone()
    after[:, 0] += 7  # everything moves along the first axis, and nothing else does
    found = embedding.plane(before, after)
    moved = found.after - found.before
    np.testing.assert_allclose(moved[:, 0].abs(), 7, atol=0.2)
    np.testing.assert_allclose(moved[:, 1], 0, atol=0.7)
    assert found.share[0] > found.share[1] > 0
    assert sum(found.share) == pytest.approx(1, abs=0.01)
    again = embedding.plane(before, after)
    assert torch.equal(found.before, again.before)


def test_neighbours_are_those_of_all_directions_nearest_first():
    points = torch.tensor([[0.0, 0, 0], [1, 0, 0], [0, 0, 2], [9, 9, 9]])
    assert embedding.neighbours(points, 2)[0].tolist() == [1, 2]
    labels = torch.tensor([0, 0, 1, 1])
    assert (
        embedding.alike(embedding.neighbours(points, 1), labels) == 0.75
    )  # all but 2, nearest to 0


# The run


@pytest.mark.parametrize("learns", ["lora", "adapters"])
def test_additions_are_told_from_the_blocks_that_they_were_made_to(store, learns):
    """LoRA is in the weights by now; behind an adapter the block is where it was."""
    run = trained(store, freeze=5, keep=8, read=8, learns=learns)
    row = done(store, kind="layers", run=run.id).result
    assert [b["state"] for b in row["blocks"]] == ["frozen"] * 5 + ["kept"] * 3
    moved = [b["distance"] for b in row["blocks"]]
    assert moved[:5] == [0.0] * 5
    assert all(d > 0 for d in moved[5:]) if learns == "lora" else moved[5:] == [0.0] * 3
    assert row["map"]["moved"] > 0  # what the head reads has changed either way
    told = done(store, kind="explain", run=run.id, picture=3, block=7).result
    assert sum(told["probabilities"]) == pytest.approx(1, abs=1e-4)


def test_everything_learns_and_the_table_says_how_much(store):
    run = trained(store, freeze=0, keep=8, read=8)
    told = done(store, kind="layers", run=run.id)
    row = told.result
    assert [b["state"] for b in row["blocks"]] == ["kept"] * 8
    assert all(0 < b["distance"] < 1 for b in row["blocks"])
    assert all(b["cka"] <= 1.0001 for b in row["blocks"])
    assert row["blocks"][0]["cka"] > row["blocks"][7]["cka"] > row["blocks"][7]["random"]
    assert row["pictures"] == layers.MOST == row["map"]["sheet"]["count"]
    assert row["map"]["moved"] > 0
    assert json.loads(json.dumps(row, allow_nan=False)) == row
    assert (store.folder(told.id) / "map.png").is_file()


def test_what_was_frozen_has_not_moved(store):
    run = trained(store, freeze=8, keep=8, read=8)
    row = done(store, kind="layers", run=run.id).result
    assert [(b["state"], b["distance"]) for b in row["blocks"]] == [("frozen", 0)] * 8
    assert [b["cka"] for b in row["blocks"]] == [1] * 8
    assert row["map"]["moved"] == 0
    assert row["map"]["before"] == row["map"]["after"]


def test_new_blocks_have_no_distance_and_dropped_ones_no_features(store):
    run = trained(store, freeze=2, keep=4, read=7)
    row = done(store, kind="layers", run=run.id).result
    states = ["frozen"] * 2 + ["kept"] * 2 + ["new"] * 3 + ["dropped"]
    assert [b["state"] for b in row["blocks"]] == states
    assert [b["distance"] is None for b in row["blocks"]] == [False] * 4 + [True] * 4
    assert [b["cka"] is None for b in row["blocks"]] == [False] * 7 + [True]
    near = np.array(row["map"]["near"]["after"])
    assert near.shape == (layers.MOST, embedding.NEAREST)
    labels = np.array(row["map"]["labels"])
    share = (labels[near] == labels[:, None]).mean()
    assert row["map"]["alike"]["after"] == pytest.approx(share, abs=1e-4)


def test_the_pictures_compared_are_spread_over_the_test_set():
    test = sets.load("garments", 10).test
    some = layers.some_of(test, 300)
    counts = torch.bincount(some.labels)
    assert counts.min() > 60
    assert layers.looked_at("resnet152") == 60
