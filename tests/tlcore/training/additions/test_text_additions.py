"""What is added to a text encoder and learns, LoRA and adapters: beside the paper and peft."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from tests.tlcore import toy_text
from tests.tlcore.toy_text import PLANS, SHORT, rows_of
from tlcore.experiments.text.run import costs
from tlcore.ground.recipe import Recipe, TransferPlan
from tlcore.training.additions import lora, text_adapters
from tlcore.training.engine import digest, learned, train
from tlcore.training.transfer import plan as plans


def test_adapters_are_those_of_the_paper_by_their_number():
    """Houlsby et al. 2019, section 2.1: 2 m d + d + m an adapter, two adapters a layer; the layer
    norms learn as well."""
    d, m = toy_text.WIDTH, text_adapters.narrow(toy_text.WIDTH)
    plan = TransferPlan(4, 4, 0, "adapters")
    rows, state = rows_of(plan)
    groups = {group["name"]: group for group in rows[0]["groups"]}
    own = {n: sum(p.numel() for p in b.parameters())
           for n, b in toy_text.backbone().blocks.named_children()}  # fmt: skip
    for number in (1, 2, 3):
        group = groups[f"layer{number}"]
        assert group["total"] == own[f"layer{number}"] + 2 * (2 * m * d + d + m)
        assert group["learning"] == 2 * (2 * m * d + d + m) + 4 * d
        assert group["learning"] == text_adapters.learning(d)
    assert (groups["embeddings"]["learning"], groups["embeddings"]["state"]) == (0, "frozen")
    before = toy_text.backbone().blocks.state_dict()
    after = state.blocks.state_dict()
    moved = {name for name in before if not torch.equal(before[name], after[name])}
    assert moved
    assert all(".attention_norm." in n or ".feed_forward_norm." in n for n in moved)
    assert after["layer3.after_attention.up.weight"].abs().max() > 1e-4  # it began at zero


@pytest.mark.parametrize("learns", ["lora", "adapters"])
def test_what_is_added_changes_nothing_at_the_start_and_comes_back_from_its_file(learns, tmp_path):
    plan = TransferPlan(4, 4, 0, learns)
    blocks, _ = plans.assemble(toy_text.backbone(), plan, 3, seed=0)
    ids = toy_text.texts().test.images[:5]
    with torch.no_grad():
        assert torch.equal(blocks.eval()(ids), toy_text.backbone().blocks.eval()(ids))
    told = train(
        toy_text.backbone(), toy_text.texts(), plan, Recipe(**SHORT), learned_file=tmp_path / "l"
    )
    result = list(told)[-1]
    again = learned.load(toy_text.backbone(), plan, 3, tmp_path / "l")
    assert result["weights_sha256"] == digest.of_texts([digest.of_module(part) for part in again])


def test_lora_gives_what_peft_gives_on_the_same_bert():
    """Every linear layer of a BERT of transformers, and the same one as our blocks."""
    from tlcore.networks import torchvision_import

    torchvision_import.ensure()
    from peft import LoraConfig, get_peft_model
    from transformers import BertConfig, BertModel

    from tlcore.networks.text.minilm import theirs as named

    config = BertConfig(
        vocab_size=toy_text.WORDS,
        hidden_size=toy_text.WIDTH,
        num_hidden_layers=toy_text.LAYERS,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=toy_text.LONGEST,
    )
    bert = BertModel(config, add_pooling_layer=False).eval()
    ours = toy_text.backbone()
    state = bert.state_dict()
    ours.blocks.load_state_dict({name: state[named(name)] for name in ours.blocks.state_dict()})
    targets = ["query", "key", "value", "dense"]
    theirs = get_peft_model(
        copy.deepcopy(bert), LoraConfig(target_modules=targets, lora_dropout=0.0)
    )
    blocks, _ = plans.assemble(ours, TransferPlan(4, 4, 0, "lora"), 3, seed=0)
    matrices = 0
    for name, module in blocks.named_modules():
        if not lora.sums(module):
            continue
        place = named(f"{name}.weight").removesuffix(".weight")
        peft = theirs.base_model.model.get_submodule(place)
        (part,) = lora.additions(module)
        nn.init.normal_(peft.lora_B["default"].weight, std=0.3)
        with torch.no_grad():
            part.a.copy_(peft.lora_A["default"].weight)
            part.b.copy_(peft.lora_B["default"].weight)
        matrices += 1
    assert matrices == 6 * toy_text.LAYERS
    learning, total = theirs.get_nb_trainable_parameters()
    assert sum(lora.size(block) for block in ours.blocks) == learning
    assert sum(p.numel() for p in blocks.parameters()) == total
    ids = toy_text.texts().test.images
    mask = ids != 0
    with torch.no_grad():
        expected = theirs(input_ids=ids, attention_mask=mask.long()).last_hidden_state
        found = blocks.eval()(ids)[..., :-1]
        assert not torch.allclose(expected, bert(ids, mask.long()).last_hidden_state, atol=0.1)
    torch.testing.assert_close(found[mask], expected[mask], rtol=1e-4, atol=1e-5)


def test_little_that_learns_is_little_to_remember_but_not_little_to_keep():
    found = {
        name: costs.measure(toy_text.backbone(), PLANS[name], batch=4, tokens=8)
        for name in ("probe", "last layer", "adapters", "full", "LoRA")
    }
    kept = {name: row["kept"] for name, row in found.items()}
    assert kept["probe"] < kept["last layer"] < kept["adapters"] < kept["full"]
    assert kept["LoRA"] > kept["adapters"]  # the sums that its layers compute with
    whole = toy_text.backbone().blocks
    head = 2 * toy_text.WIDTH + 2
    assert found["full"]["learning"] == sum(p.numel() for p in whole.parameters()) + head
    assert found["adapters"]["learning"] == 3 * text_adapters.learning(toy_text.WIDTH) + head
    assert all(row["step_ms"] > 0 for row in found.values())
