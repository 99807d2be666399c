"""The same promises on the embedded network and real pictures."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from tlcore.data import sets
from tlcore.ground.recipe import Compute, Recipe, everything, from_block, head_only
from tlcore.networks import backbones
from tlcore.training.engine import batches, digest, supply, train
from tlcore.training.engine.cache import Prefix
from tlcore.training.engine.plain import train_plain
from tlcore.training.transfer.plan import stretch

pytestmark = pytest.mark.usefixtures("unhurried")

RECIPE = Recipe(epochs=2, batch=16, augment="shift", views=2)
PLANS = [head_only(8), from_block(8, 8), from_block(6, 8), everything(8)]


@pytest.fixture(scope="module")
def clothing():
    return backbones.build("clothing")


@pytest.fixture(scope="module")
def digits():
    return sets.load("digits", 33)


@pytest.mark.parametrize("plan", PLANS)
def test_cached_recomputed_and_plain_end_with_the_same_weights(clothing, digits, plan, monkeypatch):
    blocks, head = train_plain(clothing, digits, plan, RECIPE)
    plain = digest.of_texts([digest.of_module(blocks), digest.of_module(head)])
    cached = list(train(clothing, digits, plan, RECIPE))[-1]
    monkeypatch.setattr(supply, "MEMORY_BYTES", 0)
    recomputed = list(train(clothing, digits, plan, RECIPE))[-1]
    assert cached["weights_sha256"] == plain == recomputed["weights_sha256"]
    for what in ("predictions", "confidence", "test_loss", "best", "worst"):
        assert cached[what] == recomputed[what]


@pytest.mark.parametrize("plan", PLANS)
def test_frozen_blocks_are_the_shipped_ones_afterwards(clothing, digits, plan):
    result = list(train(clothing, digits, plan, RECIPE))[-1]
    shipped = digest.of_module(stretch(clothing.blocks, 0, plan.freeze)) if plan.freeze else None
    assert result["frozen_sha256"] == {"before": shipped, "after": shipped}


def test_chunk_size_does_not_change_a_bit(clothing, digits):
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        blocks = stretch(clothing.blocks, 0, 8)
        prefix = Prefix(blocks, nn.AdaptiveAvgPool2d(1), clothing.input, Compute())
        images = digits.test.images[:65]
        whole = prefix(images)
        for size in (2, 5, 16, 32, 33, 64):
            parts = [prefix(images[picks]) for picks in batches.in_order(65, size)]
            assert torch.equal(torch.cat(parts), whole), size
    finally:
        torch.set_num_threads(threads)


def test_transfer_from_clothing_learns_digits(clothing):
    """Far above chance (0.1) with 200 pictures: the features carry over."""
    rows = list(train(clothing, sets.load("digits", 200), head_only(8), Recipe(epochs=30)))
    assert rows[-1]["test_accuracy"] > 0.7
