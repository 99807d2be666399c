"""The small models: their blocks answer what transformers' own classes do, and nobody peeks."""

from __future__ import annotations

from functools import partial

import pytest
import torch

from tlcore.data.texts import reading
from tlcore.data.texts.reading import CLS, PAD, SEP
from tlcore.ground.errors import UserError
from tlcore.making.pretrain.command import write_card
from tlcore.networks.language import small
from tlcore.networks.language.layers import parted, turned
from tlcore.networks.text import text_small
from tlcore.networks.weights import read_embedded, write_embedded
from tlcore.training.transfer import plan

LAYERED = ("masked", "korean", "causal", "bilstm", "permutation", "span")


@pytest.fixture(scope="module")
def ids() -> torch.Tensor:
    """Five texts of 9 pieces, two of them shorter."""
    dice = torch.Generator().manual_seed(3)
    rows = torch.randint(30, 4_096, (5, 9), generator=dice)
    rows[:, 0], rows[:, -1] = CLS, SEP
    rows[1, 6:], rows[1, 5] = PAD, SEP
    rows[2, 4:], rows[2, 3] = PAD, SEP
    return rows


@torch.no_grad()
def by_transformers(made: small.Small, ids: torch.Tensor) -> torch.Tensor:
    mask = (ids != PAD).long()
    whole = made.whole.eval()
    body = {
        "masked": lambda: whole.bert, "korean": lambda: whole.bert, "span": lambda: whole.encoder,
        "causal": lambda: whole.transformer, "permutation": lambda: whole.transformer,
    }[made.objective]()  # fmt: skip
    return body(input_ids=ids, attention_mask=mask).last_hidden_state


@pytest.mark.parametrize("objective", [o for o in LAYERED if o != "bilstm"])
def test_blocks_are_equal_to_the_forward_of_transformers(objective, ids):
    made = small.build(objective)
    with torch.no_grad():
        vectors, mask = parted(made.blocks(ids))
    assert torch.equal(mask, ids != PAD)
    wanted = by_transformers(made, ids)
    assert torch.allclose(vectors[mask], wanted[mask], atol=1e-5)
    assert vectors[mask].std() > 0.1  # equal, and not because both are nothing


@pytest.mark.parametrize("objective", LAYERED)
def test_padding_changes_nothing(objective, ids):
    made = small.build(objective)
    with torch.no_grad():
        padded, _ = parted(made.blocks(ids))
        alone, _ = parted(made.blocks(ids[2:3, :4]))
    assert torch.allclose(padded[2, :4], alone[0], atol=1e-5)


def moved(objective: str, ids: torch.Tensor, place: int) -> torch.Tensor:
    """(T, D): which numbers of the first text change when the piece at `place` is another."""
    made = small.build(objective)
    other = ids.clone()
    other[0, place] = 29
    with torch.no_grad():
        one, _ = parted(made.blocks(ids))
        two, _ = parted(made.blocks(other))
    return (one[0] - two[0]).abs() > 1e-6


def test_a_causal_model_sees_nothing_behind(ids):
    changed = moved("causal", ids, 5).any(1)
    assert changed.tolist() == [False] * 5 + [True] * 4


@pytest.mark.parametrize("objective", ["masked", "permutation", "span"])
def test_the_others_see_the_whole_text(objective, ids):
    assert moved(objective, ids, 5).any(1).all()


def test_each_direction_of_a_bilstm_sees_its_side_alone(ids):
    left, right = moved("bilstm", ids, 5).chunk(2, dim=1)
    assert left.any(1).tolist() == [False] * 5 + [True] * 4
    assert right.any(1).tolist() == [True] * 6 + [False] * 3


def test_rows_are_read_backwards_without_their_padding():
    mask = torch.tensor([[True, True, True, False], [True, True, True, True]])
    assert turned(mask).tolist() == [[2, 1, 0, 3], [3, 2, 1, 0]]


def test_a_static_vector_is_the_same_in_every_place(ids):
    made = small.build("cooccurrence")
    made.whole.middle.weight.data.normal_()
    twice = torch.tensor([[CLS, 50, 60, 50, SEP]])
    vectors, _ = parted(made.blocks(twice))
    assert torch.equal(vectors[0, 1], vectors[0, 3])
    assert list(dict(made.blocks.named_children())) == ["embeddings"]


@pytest.mark.parametrize("objective", small.OBJECTIVES)
def test_each_weight_is_kept_once_and_comes_back(objective):
    made, other = small.build(objective, 0), small.build(objective, 1)
    kept = small.state(made.whole)
    unique = {p.data_ptr(): p.numel() for p in made.whole.parameters()}
    assert sum(weight.numel() for weight in kept.values()) == sum(unique.values())
    small.put(other.whole, kept)
    for name, weight in made.whole.state_dict().items():
        assert torch.equal(weight, other.whole.state_dict()[name]), name
    with pytest.raises(ValueError, match="version"):
        small.put(other.whole, dict(list(kept.items())[1:]))


def test_all_of_them_together_fit_into_twelve_megabytes():
    sizes = [sum(w.numel() for w in small.state(small.build(o).whole).values()) for o in LAYERED]
    tables = [small.build(o).whole for o in ("skipgram", "cooccurrence")]
    sizes += [sum(w.numel() for w in small.state(table).values()) for table in tables]
    assert 2 * sum(sizes) < 12e6  # fp16


def test_a_seed_gives_the_same_weights_and_leaves_the_draws_of_others_alone():
    torch.manual_seed(5)
    before = torch.get_rng_state()
    one, two, other = (small.build("korean", seed).whole.state_dict() for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    key = "bert.embeddings.word_embeddings.weight"
    assert torch.equal(one[key], two[key])
    assert not torch.equal(one[key], other[key])


@pytest.mark.parametrize("objective", small.OBJECTIVES)
def test_a_block_begins_anew_as_the_model_was_begun(objective):
    """What a plan does to blocks that are not kept (tlcore.training.transfer.plan.renew)."""
    blocks = small.build(objective).blocks
    before = {name: weight.clone() for name, weight in blocks.state_dict().items()}
    for block in blocks:
        plan.renew(block)
    for name, weight in blocks.state_dict().items():
        if weight.ndim > 1:  # matrices; biases and norms begin as constants
            assert not torch.equal(weight, before[name]), name
        if weight.numel() > 5_000:  # enough for a spread to be sure
            assert weight.std().item() == pytest.approx(before[name].std().item(), rel=0.2), name


@pytest.mark.parametrize("objective", LAYERED)
def test_a_backbone_has_the_shape_that_its_row_says(objective, ids):
    row = text_small.SmallText(objective)
    blocks = row.blocks().eval()
    x = ids
    for block, channels in zip(blocks, row.CHANNELS, strict=True):
        x = block(x)
        assert x.shape == (5, 9, channels + 1)


@pytest.mark.parametrize("objective", ["masked", "korean"])
def test_a_masked_backbone_is_the_encoder_that_was_trained(objective, ids, tmp_path, monkeypatch):
    made = small.build(objective, 3)
    name = small.name_of(objective)
    digest = write_embedded(tmp_path / f"{name}.safetensors", small.state(made.whole))
    write_card(tmp_path / f"{name}.json", {"sha256": digest})
    monkeypatch.setattr(text_small, "read_embedded", partial(read_embedded, folder=tmp_path))
    row = text_small.SmallText(objective)
    weights, named = row.read()
    assert named == digest
    blocks = row.blocks()
    blocks.load_state_dict(weights)
    stored, _ = small.trained(objective, tmp_path)
    with torch.no_grad():
        vectors, mask = parted(blocks.eval()(ids))
        wanted, _ = parted(stored.blocks(ids))
    assert torch.allclose(vectors[mask], wanted[mask], atol=1e-5)


def test_the_shared_tokenizer_reads_as_training_did():
    said = "The cat is on the [MASK]."
    assert text_small.shared().encode(said).ids == reading.encode([said]).ids[0].tolist()


def test_weights_of_another_version_are_called_damaged(tmp_path):
    state = small.state(small.build("korean").whole)
    digest = write_embedded(tmp_path / "text-korean.safetensors", {"one": state.popitem()[1]})
    write_card(tmp_path / "text-korean.json", {"sha256": digest})
    with pytest.raises(UserError) as told:
        small.trained("korean", tmp_path)
    assert told.value.key == "weights.damaged"
