"""Biases and head only (BitFit): every other byte stays, running statistics too."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from tests.tlcore import toy
from tlcore import catalog
from tlcore.experiments.layers.run.distance import relative
from tlcore.ground import variants
from tlcore.ground.recipe import Recipe, TransferPlan
from tlcore.networks import torchvision_import
from tlcore.networks.backbones import build
from tlcore.training.additions import biases
from tlcore.training.engine import digest, learned, train
from tlcore.training.engine.plain import train_plain
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


def test_how_far_a_block_went_is_a_share_of_the_whole_block():
    """By hand: what its biases moved by, against all of its numbers; not against biases alone,
    which began near zero."""
    rows, blocks = ended(TransferPlan(4, 4, 1, "biases"), lr=1e-1)
    first, *_, last = (row["distance"] for row in rows if row["kind"] == "epoch")
    assert first == {"block2": 0, "block3": 0, "block4": 0}
    for name, began in list(toy.backbone().blocks.named_children())[1:]:
        shift = blocks.get_submodule(name)[1].bias - began[1].bias
        whole = torch.cat([p.flatten() for p in began.parameters()])
        assert last[name] == pytest.approx((shift.norm() / whole.norm()).item(), rel=1e-5)
        assert last[name] == pytest.approx(relative(began, blocks.get_submodule(name)), rel=1e-5)


def test_batch_norm_keeps_its_statistics_while_its_shifts_learn():
    """In every step, not only at the end: it normalises by what it knew, never by the batch."""
    running = train(toy.backbone(), toy.images(), TransferPlan(4, 3, 1, "biases"), Recipe(epochs=2))
    next(running)
    blocks = running.gi_frame.f_locals["state"].blocks
    for row in running:
        if row["kind"] == "step":
            assert [blocks[n][1].training for n in range(4)] == [False, False, False, True]
    for number, began in enumerate(toy.backbone().blocks):
        now = blocks[number][1]
        for name, known in began[1].named_buffers():
            assert torch.equal(known, now.get_buffer(name)) == (number < 3), (number, name)
        assert torch.equal(now.bias, began[1].bias) == (number == 0)


def without_biases(number):
    """The toy, one of its blocks with a norm that neither stretches nor shifts."""
    backbone = toy.backbone()
    norm = backbone.blocks[number - 1][1]
    norm.register_parameter("weight", None)
    norm.register_parameter("bias", None)
    return backbone


@pytest.mark.parametrize("number", [2, 3, 4])
def test_a_block_without_a_bias_stays_and_passes_the_gradient_on(number, tmp_path):
    plan, recipe = TransferPlan(4, 4, 1, "biases"), Recipe(epochs=2, batch=8)
    running = train(without_biases(number), toy.images(), plan, recipe, learned_file=tmp_path / "l")
    rows = [next(running)]
    state = running.gi_frame.f_locals["state"]
    rows += list(running)
    groups = {group["name"]: group for group in rows[0]["groups"]}
    others = {f"block{n}" for n in (2, 3, 4)} - {f"block{number}"}
    assert (groups[f"block{number}"]["learning"], groups[f"block{number}"]["state"]) == (
        0,
        "frozen",
    )
    assert {name for name in groups if groups[name]["learning"]} == others | {"head"}
    assert set(rows[1]["distance"]) == others
    assert digest.of_module(state.blocks[number - 1]) == digest.of_module(
        without_biases(number).blocks[number - 1]
    )
    assert rows[-1]["weights_sha256"] == both(
        *train_plain(without_biases(number), toy.images(), plan, recipe)
    )
    assert rows[-1]["weights_sha256"] == both(
        *learned.load(without_biases(number), plan, 3, tmp_path / "l")
    )


def both(blocks, head):
    """The digest that a run tells of what it ended with."""
    return digest.of_texts([digest.of_module(blocks), digest.of_module(head)])


@pytest.mark.parametrize("freeze", [0, 1, 3])
def test_frozen_blocks_are_passed_once_and_those_whose_biases_learn_in_every_step(freeze, tmp_path):
    """In memory, put on disk, read from there, and the plain loop, which stores nothing."""
    plan, recipe = TransferPlan(4, 4, freeze, "biases"), Recipe(epochs=2, batch=8)
    runs = [
        list(train(toy.backbone(), toy.images(), plan, recipe, cache_dir=folder))
        for folder in (None, tmp_path, tmp_path)
    ]
    assert [rows[0]["cached_blocks"] for rows in runs] == [freeze] * 3
    wanted = ["built", "built", "disk"] if freeze else ["none"] * 3
    assert [rows[0]["cache"] for rows in runs] == wanted
    plain = both(*train_plain(toy.backbone(), toy.images(), plan, recipe))
    assert {rows[-1]["weights_sha256"] for rows in runs} == {plain}


def test_what_a_run_learned_comes_back_from_its_file(tmp_path):
    plan, file = TransferPlan(4, 3, 1, "biases"), tmp_path / "learned"
    rows = list(train(toy.backbone(), toy.images(), plan, Recipe(epochs=2), learned_file=file))
    assert rows[-1]["weights_sha256"] == both(*learned.load(toy.backbone(), plan, 3, file))


def test_of_a_bert_layer_learns_what_the_paper_counts():
    """By hand: query, key, value, both outputs and both norms have a bias each, the layer between
    one of its own width: 7 h + i (Ben Zaken et al. 2022, section 3)."""
    torchvision_import.ensure()  # before transformers asks for it
    from transformers import BertConfig
    from transformers.models.bert.modeling_bert import BertLayer

    layer = BertLayer(BertConfig(hidden_size=24, intermediate_size=40, num_attention_heads=2))
    assert biases.counted(layer, 24) == (0, 7 * 24 + 40)
    named = {id(weight): name for name, weight in layer.named_parameters()}
    assert {named[id(weight)] for weight in biases.additions(layer)} == {
        *(f"attention.self.{name}.bias" for name in ("query", "key", "value")),
        *(f"attention.output.{name}.bias" for name in ("dense", "LayerNorm")),
        *("intermediate.dense.bias", "output.dense.bias", "output.LayerNorm.bias"),
    }


def test_an_lstm_and_attention_have_biases_of_other_names():
    """Four gates of each of two biases; queries, keys and values at once, and the output."""
    assert biases.counted(nn.LSTM(3, 5), 5) == (0, 2 * 4 * 5)
    assert biases.counted(nn.MultiheadAttention(6, 2), 6) == (0, 3 * 6 + 6)


def test_a_table_that_is_called_a_bias_and_is_no_layers_is_left_alone():
    from torchvision.models.swin_transformer import ShiftedWindowAttention

    attention = ShiftedWindowAttention(8, [4, 4], [0, 0], 2)
    tables = [n for n, _ in attention.named_parameters() if "bias_table" in n]
    assert tables == ["relative_position_bias_table"]
    assert biases.counted(attention, 8) == (0, 3 * 8 + 8)  # of qkv and of the projection


def test_what_xlnet_adds_to_its_queries_is_two_dimensional_and_left_alone():
    """r_w_bias, r_r_bias and r_s_bias, (heads, width of one) each, decay as weights do."""
    torchvision_import.ensure()  # before transformers asks for it
    from transformers import XLNetConfig
    from transformers.models.xlnet.modeling_xlnet import XLNetLayer

    layer = XLNetLayer(XLNetConfig(d_model=8, n_head=2, d_inner=12))
    called = [n for n, p in layer.named_parameters() if "bias" in n and p.ndim > 1]
    assert [name.rpartition(".")[2] for name in called] == ["r_r_bias", "r_s_bias", "r_w_bias"]
    assert biases.counted(layer, 8) == (0, 8 + (12 + 8 + 8))  # two norms, two layers between


HAND = {  # learning of each block, from the sizes of its layers
    "text-bilstm": [0, 1536, 1536],  # two LSTMs of width 96: 2 biases of 4 gates each
    "text-permutation": [0, *[96 + 384 + 96 + 96] * 4],  # two norms, two layers between
    "text-causal": [0, *[7 * 96 + 384] * 3, 7 * 96 + 384 + 96],  # BERT's, a last norm
    "text-span": [0, 0, 0],  # T5 has none
}


@pytest.mark.parametrize("name", HAND)
def test_the_catalogue_says_of_small_language_models_what_their_sizes_give(name):
    row = catalog.backbone(name)
    assert [block.learning_with("biases") for block in row.blocks] == HAND[name]
    blocks = build(name, pretrained=False).blocks
    assert [biases.counted(block, 96) for block in blocks] == [(0, n) for n in HAND[name]]


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


def test_a_gradient_passes_an_lstm_that_stays_on_every_device():
    """cuDNN goes back through an LSTM in training mode only, which without dropout changes nothing;
    all else of a layer whose biases learn is in eval mode."""
    backbone = build("text-bilstm", pretrained=False)
    plan = TransferPlan(3, 3, 1, "biases")
    blocks, head = plans.assemble(backbone, plan, 2, seed=0)
    plans.apply(blocks, head, plan)
    plans.train_mode(blocks, head, plan)
    training = {name: part.training for name, part in blocks.named_modules()}
    lstms = {name for name, part in blocks.named_modules() if isinstance(part, nn.LSTM)}
    assert len(lstms) == 4
    assert {name for name, on in training.items() if on} == lstms
    ids = torch.randint(1, backbone.input.vocabulary, (2, 7))
    blocks(ids).sum().backward()
    learned = {n for n, p in blocks.named_parameters() if p.grad is not None}
    wanted = {f"{lstm}.bias_{way}_l0" for lstm in lstms for way in ("ih", "hh")}
    assert learned == wanted
