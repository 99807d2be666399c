"""Weights files: whole or refused, or told to be absent."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import shutil
from pathlib import Path

import pytest
import torch

from tests.nonempty import files_of
from tlcore import catalog
from tlcore.ground.errors import UserError
from tlcore.networks.vision import torchvision_models
from tlcore.networks.weights import FOLDER, read_embedded, read_torchvision, write_embedded


def pickled(state: dict[str, torch.Tensor]) -> bytes:
    buffer = io.BytesIO()
    torch.save(state, buffer)
    return buffer.getvalue()


CONTENT = pickled({"weight": torch.arange(50_000.0)})
PREFIX = hashlib.sha256(CONTENT).hexdigest()[:8]


@pytest.fixture
def row() -> catalog.BackboneRow:
    return dataclasses.replace(catalog.backbone("resnet18"), fingerprint=f"toy-{PREFIX}.pth")


def test_a_file_on_the_disk_is_read_and_named_by_its_hash(
    row: catalog.BackboneRow, tmp_path: Path
) -> None:
    (tmp_path / row.fingerprint).write_bytes(CONTENT)
    state, digest = read_torchvision(row, tmp_path)
    assert torch.equal(state["weight"], torch.arange(50_000.0))
    assert digest == hashlib.sha256(CONTENT).hexdigest()


def test_a_file_that_is_not_there_is_told_with_its_size(
    row: catalog.BackboneRow, tmp_path: Path
) -> None:
    with pytest.raises(UserError) as caught:
        read_torchvision(row, tmp_path / "nowhere")
    assert caught.value.key == "weights.absent"
    assert caught.value.values == {"backbone": "resnet18", "megabytes": 45}


def test_a_damaged_file_is_set_aside_and_absent_from_then_on(
    row: catalog.BackboneRow, tmp_path: Path
) -> None:
    kept = tmp_path / row.fingerprint
    kept.write_bytes(CONTENT)
    read_torchvision(row, tmp_path)
    content = bytearray(CONTENT)
    content[1000] ^= 1
    kept.write_bytes(content)
    with pytest.raises(UserError, match=r"weights\.set_aside"):
        read_torchvision(row, tmp_path)
    assert kept.with_name(kept.name + ".damaged").read_bytes() == content
    with pytest.raises(UserError, match=r"weights\.absent"):
        read_torchvision(row, tmp_path)


def test_what_is_no_state_dict_is_set_aside_though_its_name_fits(
    row: catalog.BackboneRow, tmp_path: Path
) -> None:
    content = b"no weights at all"
    named = f"toy-{hashlib.sha256(content).hexdigest()[:8]}.pth"
    row = dataclasses.replace(row, fingerprint=named)
    (tmp_path / named).write_bytes(content)
    with pytest.raises(UserError, match=r"weights\.set_aside"):
        read_torchvision(row, tmp_path)
    assert not (tmp_path / named).exists()


def test_downloaded_weights_reach_the_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path))
    donor = torchvision_models.whole("resnet18", seed=9)
    content = pickled(donor.state_dict())
    name = f"resnet18-{hashlib.sha256(content).hexdigest()[:8]}.pth"
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / name).write_bytes(content)
    row = dataclasses.replace(catalog.backbone("resnet18"), fingerprint=name)
    built = torchvision_models.build("resnet18", True, 0, row)
    assert torch.equal(built.blocks.stem.conv1.weight, donor.conv1.weight)
    assert torch.equal(built.blocks.layer4_1.bn2.running_var, donor.layer4[1].bn2.running_var)
    assert built.weights_sha256 == hashlib.sha256(content).hexdigest()
    assert (built.input.size, built.input.channels) == (224, 3)


def test_embedded_weights_survive_the_round_trip_through_fp16(tmp_path: Path) -> None:
    state = {"a": torch.tensor([1.0, 0.1]), "count": torch.tensor(3)}
    digest = write_embedded(tmp_path / "toy.safetensors", state)
    (tmp_path / "toy.json").write_text(json.dumps({"sha256": digest}))
    back, named = read_embedded("toy", tmp_path)
    assert named == digest
    assert torch.equal(back["a"], torch.tensor([1.0, 0.1]).half().float())
    assert back["a"].dtype == torch.float32
    assert torch.equal(back["count"], torch.tensor(3))


@pytest.mark.parametrize("harm", ["flip", "cut", "missing", "no card"])
def test_damaged_embedded_weights_are_refused(tmp_path: Path, harm: str) -> None:
    for path in files_of(FOLDER, "clothing.*"):
        shutil.copy(path, tmp_path)
    weights = tmp_path / "clothing.safetensors"
    content = bytearray(weights.read_bytes())
    if harm == "flip":
        content[len(content) // 2] ^= 1
        weights.write_bytes(content)
    elif harm == "cut":
        weights.write_bytes(content[:-1])
    elif harm == "missing":
        weights.unlink()
    else:
        (tmp_path / "clothing.json").unlink()
    with pytest.raises(UserError, match="weights.damaged"):
        read_embedded("clothing", tmp_path)
