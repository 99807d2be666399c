"""Biases and head only (BitFit): every other byte stays, running statistics too."""

from __future__ import annotations

import pytest
import torch

from tests.tlcore import toy
from tlcore import catalog
from tlcore.ground import variants
from tlcore.ground.recipe import Recipe, TransferPlan
from tlcore.networks import torchvision_import
from tlcore.networks.backbones import build
from tlcore.training.additions import biases
from tlcore.training.engine import train
from tlcore.training.transfer import parts
from tlcore.training.transfer import plan as plans


def ended(plan, **recipe):
    """(rows, the blocks as they ended)."""
    running = train(toy.backbone(), toy.images(), plan, Recipe(epochs=4, batch=8, **recipe))
    rows = [next(running)]
    blocks = running.gi_frame.f_locals["state"].blocks
    return rows + list(running), blocks


@pytest.mark.parametrize("recipe", [{}, {"weight_decay": 0.1, "decay_to": "start"}])
def test_a_training_changes_the_biases_behind_the_frozen_blocks_and_nothing_else(recipe):
    rows, blocks = ended(TransferPlan(4, 4, 1, "biases"), lr=1e-1, **recipe)
    assert rows[-1]["status"] == "finished"
    before, now = toy.backbone().blocks.state_dict(), blocks.state_dict()
    assert before.keys() == now.keys()  # nothing was added
    changed = {name for name in now if not torch.equal(now[name], before[name])}
    named = dict(toy.backbone().blocks.named_parameters())
    wanted = {n for n in named if n.rpartition(".")[2] == "bias" and not n.startswith("block1.")}
    assert changed == wanted
    assert wanted


def test_what_the_run_says_that_learns_is_those_numbers():
    rows, _ = ended(TransferPlan(4, 4, 1, "biases"), lr=1e-1)
    groups = {group["name"]: group for group in rows[0]["groups"]}
    for name, block in toy.backbone().blocks.named_children():
        mine = [p for n, p in block.named_parameters() if n.rpartition(".")[2] == "bias"]
        learning = 0 if name == "block1" else sum(p.numel() for p in mine)
        assert groups[name]["learning"] == learning, name
        assert groups[name]["total"] == sum(p.numel() for p in block.parameters())


def test_of_a_bert_layer_learns_what_the_paper_counts():
    """By hand: query, key, value, both outputs and both norms have a bias each, the layer between
    one of its own width: 7 h + i (Ben Zaken et al. 2022, section 3)."""
    torchvision_import.ensure()  # before transformers asks for it
    from transformers import BertConfig
    from transformers.models.bert.modeling_bert import BertLayer

    layer = BertLayer(BertConfig(hidden_size=24, intermediate_size=40, num_attention_heads=2))
    assert biases.counted(layer, 24) == (0, 7 * 24 + 40)
    assert len(biases.additions(layer)) == 8


def test_a_table_that_is_called_a_bias_and_is_no_layers_is_left_alone():
    from torchvision.models.swin_transformer import ShiftedWindowAttention

    attention = ShiftedWindowAttention(8, [4, 4], [0, 0], 2)
    tables = [n for n, _ in attention.named_parameters() if "bias_table" in n]
    assert tables == ["relative_position_bias_table"]
    assert biases.counted(attention, 8) == (0, 3 * 8 + 8)  # of qkv and of the projection


@pytest.mark.parametrize("name", ["clothing", "photo", "resnet18", "minilm"])
def test_the_catalogue_says_how_many_of_each_block(name):
    backbone = build(name, pretrained=False)
    row = catalog.backbone(name)
    for block, said in zip(backbone.blocks, row.blocks, strict=True):
        own = sum(p.numel() for n, p in block.named_parameters() if n.endswith(".bias"))
        assert (said.added("biases"), said.learning_with("biases")) == (0, own)


def test_head_and_new_blocks_learn_whole():
    plan = TransferPlan(4, 3, 0, "biases")
    blocks, head = plans.assemble(toy.backbone(), plan, 3, seed=0)
    plans.apply(blocks, head, plan)
    assert all(p.requires_grad for p in [*blocks[3].parameters(), *head.parameters()])
    learns = {n for n, p in blocks[:3].named_parameters() if p.requires_grad}
    assert learns == {n for n, _ in blocks[:3].named_parameters() if n.endswith(".bias")}
    assert [len(parts.additions(block, "biases")) > 0 for block in blocks[:3]] == [True] * 3
    assert variants.of("biases").source.startswith("Ben Zaken")
