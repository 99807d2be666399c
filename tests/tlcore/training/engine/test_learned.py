"""What a run learned comes back from its file as the very network that ended the run."""

from __future__ import annotations

import contextlib

import pytest
import torch
from safetensors.torch import load as load_safetensors

from tests.tlcore import toy
from tlcore.data import sets
from tlcore.ground.disk import disk_trouble
from tlcore.ground.errors import UserError
from tlcore.ground.recipe import (
    Compute,
    Recipe,
    TransferPlan,
    everything,
    from_block,
    from_scratch,
    head_only,
)
from tlcore.networks import backbones
from tlcore.training.engine import digest, learned, tensorfile, train

SHORT = Recipe(epochs=2, batch=8)
PLANS = [head_only(4), from_block(3, 4), everything(4), from_scratch(4), TransferPlan(3, 2, 1)]


def run(plan, file, backbone=None, pictures=None, compute=Compute()):  # noqa: B008 - frozen
    backbone, pictures = backbone or toy.backbone(), pictures or toy.images()
    return list(train(backbone, pictures, plan, SHORT, compute, learned_file=file))[-1]


def sha_of(blocks, head):
    return digest.of_texts([digest.of_module(blocks), digest.of_module(head)])


@pytest.mark.parametrize("memory_format", ["contiguous", "channels_last"])
@pytest.mark.parametrize("plan", PLANS)
def test_the_network_comes_back_to_the_bit(plan, memory_format, tmp_path):
    file = tmp_path / "run" / learned.FILE
    compute = Compute(precision="bf16", memory_format=memory_format)
    result = run(plan, file, compute=compute)
    torch.manual_seed(3)
    before = torch.get_rng_state()
    blocks, head = learned.load(toy.backbone(), plan, 3, file)
    assert sha_of(blocks, head) == result["weights_sha256"]
    assert not any(module.training for module in [*blocks.modules(), *head.modules()])
    assert torch.equal(torch.get_rng_state(), before)  # nothing was drawn


def test_a_disk_that_is_full_is_told_as_such(tmp_path):
    resource = pytest.importorskip("resource")  # not on Windows
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, before[1]))
    try:
        with pytest.raises(OSError, match="File too large") as caught:
            tensorfile.write(tmp_path / "f", {"a": torch.zeros(1_000)}, {})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert disk_trouble(caught.value, tmp_path).key == "store.full"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("plan", [head_only(8), from_block(7, 8), from_scratch(8)])
def test_the_embedded_network_comes_back_to_the_bit(plan, tmp_path):
    pretrained = plan.keep > 0
    clothing = backbones.build("clothing", pretrained)
    result = run(plan, tmp_path / "l", clothing, sets.load("digits", 33))
    rebuilt = backbones.build("clothing", pretrained=plan.freeze > 0, seed=5)
    assert sha_of(*learned.load(rebuilt, plan, 10, tmp_path / "l")) == result["weights_sha256"]


def test_only_what_learned_is_written_and_a_head_is_kilobytes(tmp_path):
    run(head_only(8), tmp_path / "l", backbones.build("clothing"), sets.load("digits", 33))
    names = load_safetensors((tmp_path / "l").read_bytes())
    assert set(names) == {
        "head.linear.weight",
        "head.linear.bias",
        "head.standardise.mean",
        "head.standardise.spread",
    }
    assert (tmp_path / "l").stat().st_size < 10_000  # (128 x 10 + 10 + 2 x 128) x 4 = 6,184
    run(from_block(4, 4), tmp_path / "b")
    blocks = [n for n in load_safetensors((tmp_path / "b").read_bytes()) if "head." not in n]
    assert {name.split(".")[1] for name in blocks} == {"block4"}


def test_the_same_run_writes_the_same_bytes(tmp_path):
    files = [tmp_path / str(number) for number in range(5)]
    for file in files:
        run(from_block(3, 4), file)
    assert len({file.read_bytes() for file in files}) == 1


def test_a_run_that_diverges_learned_nothing_worth_keeping(tmp_path):
    recipe = Recipe(epochs=5, batch=8, lr=1e6, head_lr=1e6, optimizer="sgd")
    rows = train(
        toy.backbone(), toy.images(), everything(4), recipe, learned_file=tmp_path / "learned"
    )
    assert list(rows)[-1]["status"] == "diverged"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "other plan", "other weights"])
def test_a_file_that_is_not_this_network_is_refused(damage, tmp_path):
    file = tmp_path / learned.FILE
    plan, backbone = from_block(3, 4), toy.backbone()
    run(plan, file)
    good = file.read_bytes()
    if damage == "cut":
        file.write_bytes(good[:-3])
    elif damage == "flipped":
        file.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    elif damage == "empty":
        file.write_bytes(b"")
    elif damage == "other plan":
        plan = from_block(4, 4)
    else:
        backbone = toy.backbone(seed=1)
    with pytest.raises(UserError) as told:
        learned.load(backbone, plan, 3, file)
    assert (told.value.key, told.value.values) == ("learned.damaged", {"file": learned.FILE})


def test_every_flipped_byte_is_found(tmp_path):
    """Header, names, numbers: wherever it is hit, no other network comes back."""
    file = tmp_path / learned.FILE
    expected = run(head_only(4), file)["weights_sha256"]
    good = file.read_bytes()
    for place in range(0, len(good), 7):
        file.write_bytes(good[:place] + bytes([good[place] ^ 0x10]) + good[place + 1 :])
        with contextlib.suppress(UserError):
            loaded = learned.load(toy.backbone(), head_only(4), 3, file)
            assert sha_of(*loaded) == expected, place


def test_a_disk_that_is_full_leaves_no_half_file(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tlcore.training.engine.tensorfile.os.replace", full)
    with pytest.raises(OSError, match="No space"):
        run(head_only(4), tmp_path / learned.FILE)
    assert list(tmp_path.iterdir()) == []
