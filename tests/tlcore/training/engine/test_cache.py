"""The prefix cache changes seconds, never a bit: in memory, from disk, or batch by batch."""

from __future__ import annotations

from collections import OrderedDict

import pytest
import torch
from safetensors.torch import save
from torch import nn

from tests.tlcore import toy
from tlcore.data.images import ImageData, Split
from tlcore.ground.recipe import Compute, Recipe, TransferPlan, everything, from_block, head_only
from tlcore.networks.backbone import Backbone, InputSpec
from tlcore.training.engine import batches, disk, supply, train
from tlcore.training.engine.cache import Prefix

FP32 = Compute()
RECIPE = Recipe(epochs=3, batch=8)
AUGMENTED = Recipe(epochs=3, batch=8, augment="shift_flip", views=2)
DEPTHS = [head_only(4), from_block(4, 4), from_block(2, 4), TransferPlan(3, 3, 3)]


def run(plan, recipe=RECIPE, folder=None, backbone=None, data=None, compute=FP32):
    backbone, data = backbone or toy.backbone(), data or toy.images()
    return list(train(backbone, data, plan, recipe, compute, cache_dir=folder))


def told(rows):
    """All that a run says, without its clock."""
    clock = {"t", "seconds", "images_per_second", "peak_memory_mb", "cache", "cached_blocks"}
    return [{k: v for k, v in row.items() if k not in clock} for row in rows]


@pytest.fixture
def forwards(monkeypatch):
    """Counts the pictures and depths that pass the frozen blocks."""
    passed = []
    real = Prefix.deepen

    def counted(self, features, depth):
        passed.append((len(features), depth))
        return real(self, features, depth)

    monkeypatch.setattr(Prefix, "deepen", counted)
    return passed


@pytest.mark.parametrize("recipe", [RECIPE, AUGMENTED], ids=["plain", "views"])
@pytest.mark.parametrize("plan", DEPTHS)
def test_stored_and_recomputed_features_tell_the_same_story_to_the_bit(
    plan, recipe, monkeypatch, tmp_path
):
    in_memory = run(plan, recipe)
    built = run(plan, recipe, tmp_path)
    from_disk = run(plan, recipe, tmp_path)
    monkeypatch.setattr(supply, "MEMORY_BYTES", 0)
    recomputed = run(plan, recipe)
    assert [r[0]["cache"] for r in (in_memory, built, from_disk, recomputed)] == [
        "built",
        "built",
        "disk",
        "none",
    ]
    assert in_memory[0]["cached_blocks"] == plan.freeze
    assert recomputed[0]["cached_blocks"] == 0
    assert told(in_memory) == told(built) == told(from_disk) == told(recomputed)


@pytest.mark.parametrize("memory_format", ["contiguous", "channels_last"])
def test_bf16_features_come_back_from_disk_as_they_were(memory_format, tmp_path):
    compute = Compute(precision="bf16", memory_format=memory_format)
    built = run(from_block(3, 4), folder=tmp_path, compute=compute)
    again = run(from_block(3, 4), folder=tmp_path, compute=compute)
    assert again[0]["cache"] == "disk"
    assert told(built) == told(again)


def test_frozen_blocks_see_each_picture_once_and_from_disk_never(forwards, tmp_path):
    run(head_only(4), folder=tmp_path)
    estimate = 2  # two pictures tell how much memory one needs
    assert sum(count for count, _ in forwards) == 45 + 20 + 30 + estimate
    forwards.clear()
    run(head_only(4), folder=tmp_path)
    assert sum(count for count, _ in forwards) == estimate


def test_freezing_one_block_more_continues_from_the_last_features(forwards, tmp_path):
    run(from_block(3, 4), folder=tmp_path)
    forwards.clear()
    deeper = run(from_block(4, 4), folder=tmp_path)
    assert {depth for count, depth in forwards if count > 2} == {2}
    assert told(deeper) == told(run(from_block(4, 4)))
    forwards.clear()
    whole = run(head_only(4), folder=tmp_path)
    assert {depth for count, depth in forwards if count > 2} == {3}
    assert told(whole) == told(run(head_only(4)))


@pytest.mark.parametrize(
    ("first", "second"),
    [(TransferPlan(3, 3, 3), from_block(4, 4)), (from_block(4, 4), TransferPlan(3, 3, 3))],
    ids=["pooled first", "maps first"],
)
def test_pooled_features_and_maps_of_one_depth_are_not_mistaken(first, second, tmp_path):
    run(first, folder=tmp_path)
    rows = run(second, folder=tmp_path)
    assert rows[0]["cache"] == "built"
    assert told(rows) == told(run(second))


def test_other_weights_other_pictures_other_precision_are_other_features(tmp_path):
    run(head_only(4), folder=tmp_path)
    fresh = [
        run(head_only(4), folder=tmp_path, backbone=toy.backbone(seed=1)),
        run(head_only(4), folder=tmp_path, data=toy.images(seed=1)),
        run(head_only(4), folder=tmp_path, compute=Compute(precision="bf16")),
        run(head_only(4), AUGMENTED, folder=tmp_path),
        run(TransferPlan(3, 3, 3), folder=tmp_path),
    ]
    assert [rows[0]["cache"] for rows in fresh] == ["built"] * 5


def test_another_training_size_reuses_validation_and_test_features(forwards, tmp_path):
    run(head_only(4), folder=tmp_path)
    forwards.clear()
    data = toy.images()
    few = Split(data.train.images[:12], data.train.labels[:12])
    run(
        head_only(4),
        folder=tmp_path,
        data=ImageData("toy", data.classes, few, data.val, data.test, "other"),
    )
    assert sum(count for count, _ in forwards) == 12 + 2


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "foreign"])
def test_a_damaged_file_is_built_again(damage, tmp_path):
    expected = run(head_only(4), folder=tmp_path)
    for path in tmp_path.iterdir():
        good = path.read_bytes()
        flipped = bytearray(good)
        flipped[-1] ^= 1
        path.write_bytes(
            {
                "cut": good[:-3],
                "flipped": bytes(flipped),
                "empty": b"",
                "foreign": save({"other": torch.zeros(3)}),
            }[damage]
        )
    again = run(head_only(4), folder=tmp_path)
    assert again[0]["cache"] == "built"
    assert told(again) == told(expected)
    assert run(head_only(4), folder=tmp_path)[0]["cache"] == "disk"


def test_a_full_disk_costs_the_cache_not_the_run(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk.os, "replace", full)
    rows = run(head_only(4), folder=tmp_path)
    assert rows[-1]["status"] == "finished"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_costs_the_cache_not_the_run(tmp_path):
    (tmp_path / "file").write_text("in the way")
    rows = run(head_only(4), folder=tmp_path / "file")
    assert rows[-1]["status"] == "finished"


def test_large_features_of_a_fast_prefix_are_not_written(tmp_path, monkeypatch):
    monkeypatch.setattr("tlcore.training.engine.feed._QUICK_BYTES", 0)
    monkeypatch.setattr("tlcore.training.engine.feed._DISK_BYTES_PER_S", 1e-9)
    run(head_only(4), folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_nothing_frozen_means_nothing_on_disk(tmp_path):
    rows = run(everything(4), folder=tmp_path)
    assert rows[0]["cache"] == "none"
    assert not list(tmp_path.iterdir())


def test_a_long_build_tells_how_far_it_is(monkeypatch):
    monkeypatch.setattr(supply, "_TELL_EVERY_S", 0.0)
    rows = [row for row in run(head_only(4)) if row["kind"] == "cache"]
    assert [(row["done"], row["of"]) for row in rows] == [(45, 65), (65, 65), (30, 30)]


def test_chunk_size_does_not_change_a_bit():
    """On a residual net with strides and 1x1 shortcuts; one row alone may differ, so none is."""

    class Residual(nn.Module):
        def __init__(self, inside, outside, stride):
            super().__init__()
            self.long = nn.Sequential(
                nn.Conv2d(inside, outside, 3, stride, 1, bias=False),
                nn.BatchNorm2d(outside),
                nn.ReLU(),
                nn.Conv2d(outside, outside, 3, 1, 1, bias=False),
                nn.BatchNorm2d(outside),
            )
            self.short = nn.Conv2d(inside, outside, 1, stride, bias=False)

        def forward(self, x):
            return torch.relu(self.long(x) + self.short(x))

    torch.manual_seed(0)
    widths = [1, 16, 32, 64, 128]
    blocks = nn.Sequential(
        OrderedDict(
            (f"block{i}", Residual(widths[i], widths[i + 1], 1 if i == 0 else 2)) for i in range(4)
        )
    )
    backbone = Backbone("residual", blocks, (16, 32, 64, 128), InputSpec(28, 1, (0.3,), (0.3,)), "")
    images = torch.randint(0, 256, (65, 1, 28, 28), dtype=torch.uint8)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        prefix = Prefix(blocks, nn.AdaptiveAvgPool2d(1), backbone.input, Compute())
        whole = prefix(images)
        for size in (2, 3, 8, 32, 33, 64):
            parts = [prefix(images[picks]) for picks in batches.in_order(65, size)]
            assert torch.equal(torch.cat(parts), whole), size
    finally:
        torch.set_num_threads(threads)


@pytest.mark.parametrize(
    ("count", "batch", "expected"),
    [
        (200, 32, [32] * 6 + [8]),
        (33, 32, [33]),
        (65, 32, [32, 33]),
        (2, 32, [2]),
        (32, 32, [32]),
        (1, 32, [1]),
    ],
)
def test_no_batch_of_one(count, batch, expected):
    assert batches.sizes(count, batch) == expected


def test_strides_of_a_shape_are_always_the_same():
    """One channel: (N, 1, H, W) can be described by other strides, and other kernels follow."""
    prefix = Prefix(nn.Sequential(), None, InputSpec(4, 1, (0.0,), (1.0,)), Compute())
    odd = torch.rand(3, 4, 4, 1).permute(0, 3, 1, 2)
    assert odd.is_contiguous()
    assert odd.stride() != (16, 16, 4, 1)
    assert prefix.lay_out(odd).stride() == (16, 16, 4, 1)
    last = Prefix(
        nn.Sequential(),
        None,
        InputSpec(4, 1, (0.0,), (1.0,)),
        Compute(memory_format="channels_last"),
    )
    assert last.lay_out(torch.rand(3, 1, 4, 4)).stride() == last.lay_out(odd).stride()
    assert torch.equal(last.lay_out(odd), odd)
