"""The blocks of the hub's models answer what transformers' own classes do, with random weights."""

from __future__ import annotations

import pytest
import torch

from tests.tlcore.fetching import tiny_hub
from tests.tlcore.fetching.tiny_hub import TINY, VOCABULARY
from tlcore.ground.errors import UserError
from tlcore.networks.text import hub_names, span_blocks, text_blocks
from tlcore.networks.text.hub_text import HubText
from tlcore.training.additions import lora, text_adapters

KINDS = tuple(TINY)


def text(kind: str) -> HubText:
    return HubText("tiny", kind, TINY[kind].shape)


def ids(kind: str) -> torch.Tensor:
    """Three texts of 12, 40 and 5 pieces."""
    stream = torch.Generator().manual_seed(1)
    found = torch.randint(6, VOCABULARY - 1, (3, 40), generator=stream)
    for row, many in enumerate((12, 40, 5)):
        found[row, many:] = text(kind).INPUT.pad
    return found


def built(kind: str) -> tuple[torch.nn.Sequential, object]:
    model, ours = tiny_hub.whole(kind), text(kind)
    blocks = ours.blocks()
    blocks.load_state_dict(hub_names.ours(kind, model.state_dict(), blocks.state_dict(), "x"))
    return blocks.eval(), model


def hidden(kind: str, model: object, given: torch.Tensor) -> list[torch.Tensor]:
    """transformers' vectors: of the embeddings, then of each layer, the last one's norm done."""
    mask = (given != text(kind).INPUT.pad).long()
    body = {
        "bert": lambda: model.bert,
        "distilbert": lambda: model.distilbert,
        "gpt2": lambda: model.transformer,
        "t5": lambda: model.encoder,
        "xlnet": lambda: model.transformer,
    }[kind]()
    told = body(given, attention_mask=mask, output_hidden_states=True)
    return list(told.hidden_states)


@pytest.mark.parametrize("kind", KINDS)
@torch.no_grad()
def test_every_block_answers_what_transformers_does_with_padding(kind):
    blocks, model = built(kind)
    given = ids(kind)
    theirs, seen = hidden(kind, model, given), given != text(kind).INPUT.pad
    assert len(theirs) == len(blocks)
    x = given
    for number, block in enumerate(blocks):
        x = block(x)
        vectors, mask = text_blocks.part(x)
        assert torch.equal(mask > 0, seen)
        assert (vectors - theirs[number])[seen].abs().max() < 2e-5, number
        assert vectors.isfinite().all()
    assert vectors[seen].std() > 0.05  # not zero against zero


@pytest.mark.parametrize("kind", KINDS)
@torch.no_grad()
def test_what_fills_a_text_up_changes_nothing(kind):
    blocks, _ = built(kind)
    given = ids(kind)[:1, :12]
    longer = torch.nn.functional.pad(given, (0, 20), value=text(kind).INPUT.pad)
    one, two = blocks(given), blocks(longer)
    assert (one - two[:, :12]).abs().max() < 2e-5


@pytest.mark.parametrize("kind", KINDS)
@torch.no_grad()
def test_a_text_without_a_word_gives_numbers(kind):
    blocks, _ = built(kind)
    assert blocks(torch.full((2, 3), text(kind).INPUT.pad)).isfinite().all()


@torch.no_grad()
def test_gpt2_sees_nothing_that_comes_later():
    blocks, _ = built("gpt2")
    given = ids("gpt2")[1:2]
    changed = given.clone()
    changed[0, 20] = (changed[0, 20] + 7) % 1000 + 10
    moved = (blocks(given) - blocks(changed)).abs().amax(-1)[0]
    assert torch.equal(moved > 0, torch.arange(40) >= 20)


@pytest.mark.parametrize("kind", KINDS)
def test_lora_and_adapters_find_their_places_and_change_nothing_at_first(kind):
    """Every matrix of a layer gets its addition; GPT-2's lie as linear layers do."""
    given = ids(kind)
    for add in (lora.add, lambda block: text_adapters.add(block, 16)):
        blocks, _ = built(kind)
        with torch.no_grad():
            before = blocks(given)
        counted = [sum(1 for _ in lora.matrices(block)) for block in blocks]
        for block in blocks:
            add(block)
        with torch.no_grad():
            assert (blocks(given) - before).abs().max() < 1e-5
        if add is lora.add:
            many = {"bert": 6, "distilbert": 6, "gpt2": 4, "t5": 6, "xlnet": 7}[kind]
            assert counted == [0, many, many]
            added = [lora.additions(block) for block in blocks]
        else:
            added = [text_adapters.additions(block) for block in blocks[1:]]
        assert any(True for part in added for _ in part.parameters())
        blocks(given).pow(2).sum().backward()
        learns = [p.grad for part in added for p in part.parameters()]
        assert all(grad is not None for grad in learns)
        assert any(float(grad.abs().max()) > 0 for grad in learns)


def test_the_copies_of_t5s_table_are_copies():
    blocks, model = built("t5")
    one, two = (blocks[n].attention.distance.weight for n in (1, 2))
    assert torch.equal(one, two)
    assert one.data_ptr() != two.data_ptr()
    ours = sum(p.numel() for p in blocks.parameters())
    theirs = sum(p.numel() for p in model.encoder.parameters())
    assert ours - theirs == 32 * 4  # one layer more than the first


def test_buckets_are_those_of_transformers():
    from transformers.models.t5.modeling_t5 import T5Attention

    place = torch.arange(200)
    theirs = T5Attention._relative_position_bucket(place[None, :] - place[:, None], True, 32, 128)
    assert torch.equal(span_blocks.buckets(200, 32), theirs)


@pytest.mark.parametrize("kind", ["bert", "xlnet"])
def test_weights_of_another_shape_are_refused(kind):
    model, wanted = tiny_hub.whole(kind), text(kind).blocks().state_dict()
    state = dict(model.state_dict())
    state = {name: weight[:-1] for name, weight in state.items()}
    for given in (state, {}):
        with pytest.raises(UserError, match=r"weights\.set_aside"):
            hub_names.ours(kind, given, wanted, "x")


def test_old_names_of_norms_are_read():
    model, wanted = tiny_hub.whole("bert"), text("bert").blocks().state_dict()
    old = {
        name.replace("LayerNorm.weight", "LayerNorm.gamma").replace(
            "LayerNorm.bias", "LayerNorm.beta"
        ): weight
        for name, weight in model.state_dict().items()
    }
    assert any("gamma" in name for name in old)
    found = hub_names.ours("bert", old, wanted, "x")
    assert torch.equal(
        found["embeddings.norm.weight"], model.bert.embeddings.LayerNorm.weight.detach()
    )


def test_a_text_is_read_at_its_last_word():
    x = torch.tensor(
        [[[1.0, 1], [3, 1], [9, 0]], [[5, 0], [6, 0], [7, 0]], [[1, 1], [2, 0], [4, 1]]]
    )
    assert text_blocks.last_token(x).tolist() == [[3.0], [5.0], [4.0]]
