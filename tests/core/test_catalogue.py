"""Each row of catalog.json is what the built models and the shipped files say."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from tlcore import catalog
from tlcore.backbones import InputSpec, build, catalogue, torchvision_import


@pytest.fixture(scope="module")
def facts() -> dict[str, Any]:
    return catalogue.facts()


@pytest.mark.parametrize("kind", ["backbones", "datasets"])
def test_the_written_rows_are_the_computed_ones(facts: dict[str, Any], kind: str) -> None:
    assert catalog._facts()[kind] == facts[kind]


@pytest.mark.parametrize("name", ["clothing", "resnet18", "resnet50"])
def test_a_built_backbone_matches_its_row(name: str) -> None:
    row, backbone = catalog.backbone(name), build(name, pretrained=False)
    names = tuple(name for name, _ in backbone.blocks.named_children())
    assert names == tuple(block.name for block in row.blocks)
    assert backbone.channels == tuple(block.channels for block in row.blocks)
    assert row.parameters == sum(p.numel() for p in backbone.blocks.parameters())
    assert (backbone.input.size, backbone.input.channels) == (row.size, row.channels)


def test_multiply_adds_of_one_convolution_by_hand() -> None:
    blocks = nn.Sequential(nn.Sequential(nn.Conv2d(2, 4, 3, padding=1)), nn.ReLU())
    rows = catalogue.block_rows(blocks, InputSpec(5, 2, (0.0, 0.0), (1.0, 1.0)))
    assert [row["macs"] for row in rows] == [5 * 5 * 4 * 2 * 9, 0]
    assert rows[0]["parameters"] == 4 * 2 * 9 + 4
    assert (rows[1]["channels"], rows[1]["size"]) == (4, 5)


def test_resnet18_agrees_with_timm() -> None:
    torchvision_import.ensure()
    import timm  # imports torchvision

    other = timm.create_model("resnet18", pretrained=False, num_classes=0)
    parameters = sum(p.numel() for p in other.parameters())
    assert catalog.backbone("resnet18").parameters == parameters
    assert sum(b.macs for b in catalog.backbone("resnet18").blocks) == pytest.approx(
        1.814e9, rel=1e-3
    )  # torchvision's own figure for the whole network


def test_counting_leaves_no_hook_and_no_changed_mode() -> None:
    blocks = nn.Sequential(nn.BatchNorm2d(1), nn.Conv2d(1, 1, 1))
    catalogue.block_rows(blocks, InputSpec(4, 1, (0.0,), (1.0,)))
    assert blocks.training
    assert not any(m._forward_hooks for m in blocks.modules())
    assert torch.equal(blocks[0].running_mean, torch.zeros(1))
