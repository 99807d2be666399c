"""Backbones: blocks compose to the whole, random weights follow the seed, inputs are prepared."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch
from torch.nn import functional as F

from tlcore import catalog
from tlcore.ground.errors import UserError
from tlcore.networks.backbones import InputSpec, build, prepare
from tlcore.networks.vision import residual, squeeze


def test_clothing_has_eight_blocks_and_the_announced_channels() -> None:
    backbone = build("clothing")
    assert len(backbone.blocks) == 8
    x = torch.zeros(2, 1, 28, 28)
    for block, channels in zip(backbone.blocks, backbone.channels, strict=True):
        x = block(x)
        assert x.shape[1] == channels
    assert x.shape == (2, 128, 4, 4)


def test_pretrained_weights_are_fp32_and_named_by_their_file() -> None:
    backbone = build("clothing")
    assert {p.dtype for p in backbone.blocks.parameters()} == {torch.float32}
    assert backbone.weights_sha256 == catalog.backbone("clothing").fingerprint


def test_random_weights_depend_on_the_seed_only() -> None:
    torch.manual_seed(1)
    first = build("clothing", pretrained=False, seed=3).blocks.state_dict()
    torch.manual_seed(2)
    again = build("clothing", pretrained=False, seed=3)
    other = build("clothing", pretrained=False, seed=4).blocks.state_dict()
    assert all(torch.equal(first[k], v) for k, v in again.blocks.state_dict().items())
    assert not torch.equal(first["stem.0.weight"], other["stem.0.weight"])
    assert again.weights_sha256 == "random"


def test_building_leaves_the_global_generator_as_it_was() -> None:
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    build("clothing", pretrained=False)
    assert torch.equal(torch.rand(1), expected)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(UserError) as caught:
        build("alexnet")
    assert caught.value.key == "backbone.unknown"
    assert caught.value.values == {"given": "alexnet", "known": ", ".join(catalog.backbones())}


@pytest.mark.parametrize("name", ["clothing", "photo"])
def test_what_is_built_in_can_be_built_before_its_weights_are_there(name: str) -> None:
    backbone = build(name, pretrained=False)
    x = torch.zeros(2, backbone.input.channels, backbone.input.size, backbone.input.size)
    for block, channels in zip(backbone.blocks, backbone.channels, strict=True):
        x = block(x)
        assert x.shape[1] == channels


def test_weights_that_were_not_downloaded_are_told_with_their_size() -> None:
    with pytest.raises(UserError) as caught:
        build("vgg16")
    assert caught.value.key == "weights.absent"
    assert caught.value.values == {"backbone": "vgg16", "megabytes": 528}


def test_a_basic_block_adds_its_input() -> None:
    block = residual.BasicBlock(4, 4, 1).eval()
    torch.nn.init.zeros_(block.bn2.weight)
    x = torch.randn(1, 4, 5, 5)
    assert torch.equal(block(x), torch.relu(x))


def test_a_squeeze_block_weighs_each_channel_by_the_means_of_all() -> None:
    block = squeeze.SqueezeBlock(16, 16, 1).eval()
    weighed = block.squeeze
    torch.nn.init.zeros_(weighed.expand.weight)
    torch.nn.init.constant_(weighed.expand.bias, 30.0)  # sigmoid: 1
    x = torch.randn(2, 16, 5, 5)
    assert torch.equal(block(x), residual.BasicBlock.forward(block, x))
    with torch.no_grad():
        weighed.expand.bias[3] = -200.0  # sigmoid: 0
    assert torch.equal(block(x)[:, 3], torch.relu(x[:, 3]))
    fresh = squeeze.Squeeze(16).requires_grad_(False)
    brighter = x.clone()
    brighter[:, 0] += 9.0
    moved = (fresh(brighter) / brighter - fresh(x) / x)[:, 1:].abs()
    assert float(moved.max()) > 1e-2  # what channel 0 shows changes the others


def test_a_squeeze_block_that_halves_the_map_averages_its_shortcut() -> None:
    block = squeeze.SqueezeBlock(8, 8, 2).eval()
    torch.nn.init.zeros_(block.bn2.weight)
    torch.nn.init.eye_(block.shortcut[1].weight[:, :, 0, 0])
    x = torch.rand(1, 8, 4, 4)
    torch.testing.assert_close(block(x), F.avg_pool2d(x, 2), rtol=1e-4, atol=1e-4)


def test_grey_pictures_are_repeated_for_a_colour_backbone() -> None:
    spec = InputSpec(8, 3, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    grey = torch.full((1, 1, 8, 8), 51, dtype=torch.uint8)
    assert torch.allclose(prepare(grey, spec), torch.full((1, 3, 8, 8), 0.2))


def test_colour_pictures_become_luma_for_a_grey_backbone() -> None:
    green = torch.zeros(1, 3, 4, 4, dtype=torch.uint8)
    green[:, 1] = 255
    got = prepare(green, InputSpec(4, 1, (0.087,), (0.5,)))
    assert torch.allclose(got, torch.full((1, 1, 4, 4), (0.587 - 0.087) / 0.5))


@pytest.mark.usefixtures("unhurried")
def test_torchvision_is_imported_by_one_module_and_twice_is_once() -> None:
    code = (
        "from tlcore.networks.backbones import build\n"
        "from tlcore.networks import torchvision_import as t\n"
        "import sys; build('clothing'); assert 'torchvision' not in sys.modules\n"
        "t.ensure(); t.ensure(); import torchvision.ops, torch\n"
        "torch.ops.torchvision.nms\n"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)
