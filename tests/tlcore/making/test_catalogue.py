"""Each row of catalog.json is what the built models and the shipped files say."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from tlcore import catalog
from tlcore.catalog import catalog_rows
from tlcore.making import catalogue, catalogue_command, catalogue_table
from tlcore.networks import torchvision_import
from tlcore.networks.backbones import InputSpec, build
from tlcore.networks.vision import torchvision_models
from tlcore.words import i18n

pytestmark = pytest.mark.usefixtures("unhurried")

PARTS = ["backbones", "text_backbones", "grown", "datasets", "text_datasets"]


@pytest.fixture(scope="module")
def facts() -> dict[str, Any]:
    return catalogue.facts()


@pytest.mark.parametrize("kind", PARTS)
def test_the_written_rows_are_the_computed_ones(facts: dict[str, Any], kind: str) -> None:
    assert catalog_rows._facts()[kind] == facts[kind]


@pytest.mark.parametrize("name", [*catalog.backbones(), *catalog.texts()])
def test_a_built_backbone_matches_its_row(name: str) -> None:
    row = catalog.backbone(name)
    if row.url is None and not row.hub:
        backbone = build(name, pretrained=False)
    else:  # shapes only: built with weights in test_backbone_families and test_hub_runs
        with torch.device("meta"):
            backbone = build(name, pretrained=False)
    names = tuple(name for name, _ in backbone.blocks.named_children())
    assert names == tuple(block.name for block in row.blocks)
    assert backbone.channels == tuple(block.channels for block in row.blocks)
    assert row.parameters == sum(p.numel() for p in backbone.blocks.parameters())
    assert (backbone.input.size, backbone.input.channels) == (row.size, row.channels)
    assert (backbone.input.mean, backbone.input.std) == (row.mean, row.std)


@pytest.mark.parametrize("name", torchvision_models.MODELS)
def test_counts_with_the_last_layer_are_those_torchvision_published(name: str) -> None:
    row, published = catalog.backbone(name), torchvision_models.weights_of(name).meta
    with torch.device("meta"):
        last = torchvision_models.classifier(torchvision_models.whole(name, 0))
    parameters = sum(p.numel() for p in last.parameters())
    assert row.whole == row.parameters + parameters == published["num_params"]
    assert row.macs + last.weight.numel() == pytest.approx(published["_ops"] * 1e9, abs=0.6e6)
    assert row.megabytes == published["_file_size"]
    assert row.url is not None
    assert row.url.endswith(row.fingerprint)


def test_the_largest_residual_network_has_the_parameters_that_lessons_name() -> None:
    assert catalog.backbone("resnet152").whole == 60_192_808


def test_the_simple_recipe_of_the_same_network_is_what_the_warning_names() -> None:
    """The weights of 2015's recipe, which the app does not offer."""
    weights = type(torchvision_models.weights_of("resnet50"))
    simple = weights.IMAGENET1K_V1.meta["_metrics"]["ImageNet-1K"]["acc@1"]
    assert "simple training recipe" in weights.IMAGENET1K_V1.meta["_docs"]
    for language in i18n.LANGUAGES:
        assert f"{simple:.1f}%" in i18n.texts(language)["backbones.recipe.warning"]


def test_attention_is_counted_by_hand() -> None:
    """ViT-B/16: 197 tokens of 768 values; the patches' convolution is counted with the first."""
    tokens, wide = 197, 768
    projections = tokens * wide * wide * 4 + tokens * wide * (4 * wide) * 2
    products = 2 * tokens * tokens * wide  # queries with keys, weights with values
    assert catalog.backbone("vit_b_16").blocks[1].macs == projections + products


def test_the_table_beside_the_rows_is_the_generated_one(facts: dict[str, Any]) -> None:
    assert catalogue_table.FILE.read_text(encoding="utf-8") == catalogue_table.markdown(facts)


def test_only_what_is_asked_for_or_new_is_counted(
    facts: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    built = []

    def counted(part: str, name: str) -> dict[str, Any]:
        built.append(name)
        return {"id": name, "counted": part}

    names = {part: [row["id"] for row in facts[part]] for part in PARTS if part != "grown"}
    counts = {
        part: {name: partial(counted, part, name) for name in (*ids, "new")}
        for part, ids in names.items()
    }
    monkeypatch.setattr(catalogue, "counts", lambda: counts)
    found = catalogue.facts(facts, ["resnet18", "signs"])
    assert built == ["resnet18", "new", "new", "signs", "new", "new"]
    for part, ids in names.items():
        assert [row["id"] for row in found[part]] == [*ids, "new"]
        for row, kept in zip(found[part], facts[part], strict=False):
            again = row["id"] in ("resnet18", "signs")
            assert row == ({"id": row["id"], "counted": part} if again else kept)


def test_the_command_writes_what_it_counted_and_the_table_of_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    counted = json.loads(catalog.FILE.read_text(encoding="utf-8"))
    clothing, photo = counted["backbones"][:2]
    right = photo["top1"]
    clothing["top1"] = photo["top1"] = 1.0  # nobody counted that
    rows, table = tmp_path / "catalog.json", tmp_path / "CATALOGUE.md"
    rows.write_text(json.dumps(counted), encoding="utf-8")
    monkeypatch.setattr(catalog, "FILE", rows)
    monkeypatch.setattr(catalogue_table, "FILE", table)
    assert catalogue_command.main(["photo"]) == 0
    found = json.loads(rows.read_text(encoding="utf-8"))["backbones"]
    assert [row["top1"] for row in found[:2]] == [1.0, right]
    assert f"| {right:.1f}% |" in table.read_text(encoding="utf-8")
    assert capsys.readouterr().out.strip() == str(table)
    with pytest.raises(SystemExit):
        catalogue_command.main(["nobody"])
    assert "no row is called nobody" in capsys.readouterr().err


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


def test_models_of_the_hub_are_counted_as_they_were_published() -> None:
    """Sizes of model.safetensors that the repositories' pages showed, in 10**6 bytes, fp32; of T5
    and the multilingual model the parameters that pages named, in 10**6."""
    shown = {"bert_base": 440, "distilbert_base": 268, "klue_bert_base": 445, "xlnet_base": 467}
    for name, size in shown.items():
        row = catalog.texts()[name]
        assert row.whole is not None
        assert round(4 * row.whole / 1e6) == size
        assert row.megabytes == pytest.approx(4 * row.whole / 2**20, abs=0.06)
    assert round((catalog.texts()["t5_small"].whole or 0) / 1e5) / 10 == 60.5
    assert int(catalog.texts()["distilbert_multilingual"].parameters / 1e6) == 134


def test_no_hash_of_the_hub_is_written_down() -> None:
    rows = [row for row in catalog.texts().values() if row.hub]
    assert len(rows) == 7
    assert {row.fingerprint for row in rows} == {""}
    assert all(row.origin == f"https://huggingface.co/{row.hub}" for row in rows)
