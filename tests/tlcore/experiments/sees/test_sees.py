"""An untouched network names what is in a picture: its own last layer's answer, as it is."""

from __future__ import annotations

import dataclasses
import hashlib
import io
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn import functional as F

from tests import needs
from tlcore.catalog import packaged
from tlcore.data.own import picture
from tlcore.experiments.sees import run
from tlcore.experiments.sees.spec import CLASSES, SeesSpec
from tlcore.ground.errors import UserError
from tlcore.networks import torchvision_import
from tlcore.networks.backbone import prepare
from tlcore.networks.vision import lite_models
from tlcore.words import i18n

# Where two of torchvision's names are one word, or need a word more.
TOLD_APART = {
    264: "Cardigan (dog)",
    474: "cardigan (garment)",
    134: "crane (bird)",
    517: "crane (machine)",
    639: "tank suit",
}


@pytest.fixture
def upload(tmp_path: Path) -> str:
    """A picture of stripes that lies in tmp_path's uploads, wider than high."""
    y, x = np.mgrid[0:200, 0:300]
    pixels = np.stack([x % 40 * 6, y % 30 * 8, (x + y) % 255], -1).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    name = hashlib.sha256(file.getvalue()).hexdigest()
    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads" / name).write_bytes(file.getvalue())
    return name


@needs.imagenet
@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("target", [None, 504])
def test_the_answer_is_that_of_the_networks_own_last_layer(tmp_path, upload, target):
    (row,) = run.rows(SeesSpec(upload=upload, target=target), tmp_path, tmp_path)
    model = lite_models.MODELS["imagenet"]
    image = torch.from_numpy(picture.read(tmp_path, upload)).permute(2, 0, 1)[None]
    x = prepare(image, dataclasses.replace(model.INPUT, size=224))
    blocks = lite_models.build("imagenet", True, 0).blocks.eval()
    with torch.no_grad():  # by hand: the mean over the map, one matrix
        sure = F.linear(blocks(x).mean((2, 3)), *model.classifier()).softmax(1)[0]
    order = sure.sort(descending=True)
    assert row["classes"] == order.indices[: run.LIKELIEST].tolist()
    assert row["probabilities"] == pytest.approx(order.values[: run.LIKELIEST].tolist(), abs=1e-5)
    assert row["target"] == (row["classes"][0] if target is None else target)
    assert row["target_probability"] == pytest.approx(float(sure[row["target"]]), abs=1e-5)
    assert (row["map"], row["side"]) == ([7, 7], 224)
    assert all(row[each].startswith("data:image/png;base64,") for each in ("shown", "seen", "heat"))


@needs.imagenet
@pytest.mark.usefixtures("unhurried")
def test_a_picture_that_is_gone_or_broken_is_one_sentence(tmp_path, upload):
    with pytest.raises(UserError) as gone:
        list(run.rows(SeesSpec(upload="0" * 64), tmp_path, tmp_path))
    assert gone.value.key == "picture.gone"
    file = tmp_path / "uploads" / upload
    file.write_bytes(file.read_bytes()[:900])
    with pytest.raises(UserError) as cut:
        list(run.rows(SeesSpec(upload=upload), tmp_path, tmp_path))
    assert cut.value.key == "picture.damaged"


@pytest.mark.parametrize("name", packaged.ANSWERING)
def test_without_its_package_the_network_says_what_to_install(tmp_path, upload, name, monkeypatch):
    monkeypatch.setattr(packaged.Package, "folder", lambda self: None)
    with pytest.raises(UserError) as error:
        list(run.rows(SeesSpec(upload=upload, backbone=name), tmp_path, tmp_path))
    assert error.value.key == "weights.not_installed"
    assert error.value.values["package"] == packaged.PACKAGES[name].pip


def test_no_class_is_asked_about_that_there_is_not():
    with pytest.raises(ValueError, match="less than 1000"):
        SeesSpec(upload="0" * 64, target=CLASSES)


def test_the_english_names_are_those_of_torchvision_but_for_five():
    torchvision_import.ensure()
    from torchvision.models import _meta

    theirs = dict(enumerate(_meta._IMAGENET_CATEGORIES)) | TOLD_APART
    assert len(theirs) == CLASSES
    assert {n: i18n.t(f"imagenet.{n}", "en") for n in range(CLASSES)} == theirs


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_no_two_of_the_thousand_have_one_name(language):
    names = [i18n.t(f"imagenet.{n}", language) for n in range(CLASSES)]
    assert len({name.casefold().replace(" ", "") for name in names}) == CLASSES
    assert all(name == name.strip() for name in names)


def test_the_two_classes_of_the_fields_favourite_set_are_among_them():
    assert [i18n.t(f"imagenet.{n}", "en") for n in (309, 310)] == ["bee", "ant"]
    assert [i18n.t(f"imagenet.{n}", "ko") for n in (309, 310)] == ["벌", "개미"]
