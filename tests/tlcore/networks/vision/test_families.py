"""Every backbone of torchvision: blocks compose to the whole model, and every plan works on them.

Random weights, pictures of 32 px; each model is built once.  A vision transformer has one size of
picture only: here it is made for 32 px, which are four patches; that it is cut at 224 px into the
blocks of its row is held by test_catalogue.
"""

from __future__ import annotations

import copy
import dataclasses
from collections import OrderedDict
from typing import Any

import pytest
import torch
from torch import nn

from tests.tlcore import toy
from tlcore import catalog
from tlcore.experiments.export.run import constants
from tlcore.ground import source
from tlcore.ground.errors import UserError
from tlcore.ground.recipe import Compute, Recipe, TransferPlan
from tlcore.ground.variants import Learns
from tlcore.networks import seeds, torchvision_import
from tlcore.networks.backbone import Backbone
from tlcore.networks.backbones import build
from tlcore.networks.evidence import grad_cam
from tlcore.networks.vision import torchvision_models
from tlcore.training import engine
from tlcore.training.engine.cache import Prefix
from tlcore.training.transfer import parts
from tlcore.training.transfer import plan as plans

pytestmark = pytest.mark.usefixtures("unhurried")

SIDE = 32
NAMES = list(torchvision_models.MODELS)
FAMILIES = ["resnet18", "vgg16", "efficientnet_b0", "mobilenet_v3_large", "convnext_tiny"]
FAMILIES += ["vit_b_16", "swin_t"]
_built: dict[str, tuple[Backbone, Any]] = {}


@pytest.fixture(autouse=True)
def small_transformer(monkeypatch: pytest.MonkeyPatch) -> None:
    make = torchvision_models.whole

    def whole(name: str, seed: int) -> Any:
        if name != "vit_b_16":
            return make(name, seed)
        from torchvision import models

        with seeds.fork(seed, name):
            return models.get_model(name, weights=None, image_size=SIDE)

    monkeypatch.setattr(torchvision_models, "whole", whole)


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def built(name: str) -> tuple[Backbone, Any]:
    """`build`'s backbone and the torchvision model whose modules it holds."""
    if name not in _built:
        wholes, make = [], torchvision_models.whole

        def remember(*given: Any) -> Any:
            wholes.append(make(*given))
            return wholes[-1]

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(torchvision_models, "whole", remember)
            backbone = build(name, pretrained=False, seed=0)
        backbone.input = dataclasses.replace(backbone.input, size=SIDE)
        enliven(wholes[0], pictures(backbone, 4))
        _built[name] = (backbone, wholes[0].eval())
    return _built[name]


def enliven(model: nn.Module, x: torch.Tensor) -> None:
    """Fresh batch-norms let features shrink to 1e-14 or grow to 1e32, layer scales and some heads
    begin at zero: a wrong cut would not be seen."""
    stream = torch.Generator().manual_seed(1)
    norms = [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = 1.0
    if norms:
        with torch.no_grad():
            model.train()(x)
    for norm in norms:
        norm.momentum = 0.1
    for key, weight in model.named_parameters():
        if key.endswith(("layer_scale", "class_token")):
            nn.init.normal_(weight, std=0.5, generator=stream)
    nn.init.normal_(torchvision_models.classifier(model).weight, generator=stream)


def pictures(backbone: Backbone, count: int = 2) -> torch.Tensor:
    stream = torch.Generator().manual_seed(0)
    return torch.randn(count, 3, backbone.input.size, backbone.input.size, generator=stream)


def test_paper_and_year_are_those_that_torchvision_names(name: str) -> None:
    torchvision_import.ensure()
    from torchvision import models

    family, _ = torchvision_models.MODELS[name]
    assert family.paper in str(models.get_model_builder(name).__doc__)
    published = {"ResNet": 2015, "VGG": 2014, "ViT": 2020, "Swin": 2021, "ConvNeXt": 2022}
    assert family.year == catalog.backbone(name).year == published.get(family.name, 2019)


def test_blocks_and_the_last_layer_are_the_whole_model(name: str) -> None:
    backbone, model = built(name)
    backbone.blocks.eval()
    x = pictures(backbone)
    with torch.no_grad():
        maps = [x := block(x) for block in backbone.blocks]
        composed = torchvision_models.classifier(model)(maps[-1].mean((2, 3)))
        expected = model(pictures(backbone))
    assert expected.std() > 1e-4
    torch.testing.assert_close(composed, expected, rtol=1e-5, atol=1e-5 * expected.std().item())
    assert all(each.ndim == 4 for each in maps)
    assert tuple(each.shape[1] for each in maps) == backbone.channels
    assert 8 <= len(maps) <= 20


def test_stored_weights_fill_the_model_and_leave_nothing_on_meta(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    backbone, model = built(name)
    monkeypatch.setattr(
        torchvision_models, "read_torchvision", lambda row: (model.state_dict(), "f00d")
    )
    loaded = build(name, pretrained=True)
    assert loaded.weights_sha256 == "f00d"
    ours, theirs = loaded.blocks.state_dict(), backbone.blocks.state_dict()
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[key], theirs[key]) for key in ours)
    tensors = [*loaded.blocks.parameters(), *loaded.blocks.buffers()]
    assert not any(tensor.is_meta for tensor in tensors)


def test_a_run_with_renewed_kept_and_frozen_blocks_ends_well(name: str) -> None:
    backbone, _ = built(name)
    n = len(backbone.blocks)
    wide = name == "vgg16"  # fc6 alone has 103 M parameters: seconds to learn, all of it memory
    plan = TransferPlan(read=n, keep=n - 1, freeze=n - 1 if wide else n - 2)
    before = {k: v.clone() for k, v in backbone.blocks[-2:].state_dict().items()}
    few = toy.images(train=4, val=2, test=2)
    compute = Compute()
    told = engine.train(backbone, few, plan, Recipe(epochs=1, batch=4, lr=1e-4), compute)
    rows = [row for row in told if row["kind"] != "cache"]
    assert [row["kind"] for row in rows] == ["start", "epoch", "step", "epoch", "result"]
    assert rows[-1]["status"] == "finished"
    assert rows[0]["cached_blocks"] == plan.freeze
    norms = rows[2]["grad_norm"]
    last = [key for key, _ in backbone.blocks.named_children()][plan.freeze :]
    assert all(norms[key] is not None and norms[key] > 0 for key in last)
    after = backbone.blocks[-2:].state_dict()
    assert all(torch.equal(before[key], after[key]) for key in before)  # a copy was trained


def test_a_frozen_prefix_gives_the_same_bits_from_any_depth(name: str) -> None:
    backbone, _ = built(name)
    n = len(backbone.blocks)
    images = torch.randint(0, 256, (2, 3, 16, 16), dtype=torch.uint8)
    whole = Prefix(backbone.blocks[: n - 1], None, backbone.input, Compute())
    direct = whole(images)
    for depth in (1, n // 2):
        stored = Prefix(backbone.blocks[:depth], None, backbone.input, Compute())(images)
        assert torch.equal(whole.deepen(stored, depth), direct)
    assert torch.equal(whole(images), direct)  # nothing random is at work


def test_a_head_sits_on_an_earlier_block(name: str) -> None:
    backbone, _ = built(name)
    read = len(backbone.blocks) // 2
    part = dataclasses.replace(backbone, blocks=backbone.blocks[:read])
    blocks, head = plans.assemble(part, TransferPlan(read, read, read), 3, seed=0)
    plans.apply(blocks, head, TransferPlan(read, read, read))
    plans.train_mode(blocks, head, TransferPlan(read, read, read))
    with torch.no_grad():
        assert head(blocks(pictures(backbone))).shape == (2, 3)
    assert not any(module.training for block in blocks for module in block.modules())


def test_every_weight_is_made_anew(name: str) -> None:
    """On the meta device first: nothing there that cannot be renewed; then the values."""
    with torch.device("meta"):
        model = torchvision_models.whole(name, 0)
    for block in torchvision_models.cut(name, model):
        plans.renew(block)
    backbone, _ = built(name)
    for block in (backbone.blocks[0], backbone.blocks[4], backbone.blocks[-1]):
        made = copy.deepcopy(block)
        for tensor in made.parameters():
            tensor.data.fill_(torch.nan)
        plans.renew(made)
        assert all(tensor.isfinite().all() for tensor in made.parameters())


@pytest.mark.parametrize("learns", ["lora", "adapters"])
def test_additions_fit_every_block_and_begin_as_nothing(name: str, learns: Learns) -> None:
    backbone, _ = built(name)
    n = len(backbone.blocks)
    plan = TransferPlan(n, n, 0, learns)
    blocks, _ = plans.assemble(backbone, plan, 3, seed=0)
    added = [parts.additions(block, plan.learns) for block in blocks]
    counted = [sum(p.numel() for p in part.parameters()) for part in added]
    assert counted == [block.added(learns) for block in catalog.backbone(name).blocks]
    assert sum(counted) < catalog.backbone(name).parameters / 4
    with torch.no_grad():
        before = backbone.blocks.eval()(pictures(backbone))
        torch.testing.assert_close(blocks.eval()(pictures(backbone)), before)


@pytest.mark.parametrize("learns", ["lora", "adapters"])
@pytest.mark.parametrize("name", FAMILIES)
def test_each_addition_is_computed_with_and_learns(name: str, learns: Learns) -> None:
    """Attention reads the weights of its layers and never calls them: nothing may pass by."""
    backbone, _ = built(name)
    n = len(backbone.blocks)
    last = n - 2 if name != "vgg16" else n - 4  # of whole blocks; fc6 alone is 0.4 GB
    plan = TransferPlan(last, last, last - 1, learns)
    running = engine.train(backbone, toy.images(4, 2, 2), plan, Recipe(epochs=2, batch=4, lr=1e-2))
    started = next(running)
    state = running.gi_frame.f_locals["state"]
    added = parts.additions(state.blocks[-1], plan.learns)
    began = [p.detach().clone() for p in added.parameters()]
    rows = [row for row in running if row["kind"] != "cache"]
    assert rows[-1]["status"] == "finished"
    assert started["groups"][-2]["learning"] == sum(p.numel() for p in began)
    assert all(not torch.equal(p, old) for p, old in zip(added.parameters(), began, strict=True))


@pytest.mark.parametrize("name", ["efficientnet_b0", "mobilenet_v3_large", "convnext_tiny"])
def test_dropout_and_stochastic_depth_follow_the_seed(name: str) -> None:
    backbone, _ = built(name)
    n = len(backbone.blocks)
    few = toy.images(train=4, val=2, test=2)

    def losses(seed: int) -> list[Any]:
        torch.manual_seed(torch.seed())  # whatever was drawn before
        recipe = Recipe(epochs=2, batch=4, lr=1e-5, seed=seed)  # two steps
        rows = engine.train(backbone, few, TransferPlan(n, n, n - 5), recipe)
        return [row["loss"] for row in rows if row["kind"] == "step"]

    assert losses(0) == losses(0)
    assert losses(0) != losses(1)


@pytest.mark.parametrize("name", FAMILIES)
def test_an_export_makes_the_same_blocks_from_what_it_is_given(name: str) -> None:
    space: dict[str, Any] = {"nn": nn, "torch": torch, "OrderedDict": OrderedDict}
    exec(constants.making(name)["making"], space)
    with torch.device("meta"):
        model = torchvision_models.whole(name, 0)
    ours = torchvision_models.cut(name, model)
    exported = space["cut"](model)
    assert list(exported.state_dict()) == list(ours.state_dict())
    assert [k for k, _ in exported.named_children()] == [k for k, _ in ours.named_children()]
    assert source.function("tlcore.networks.vision.own_weights", "begin").startswith("def begin")


@pytest.mark.parametrize(("name", "block", "side"), [("vit_b_16", 5, 2), ("swin_t", 4, 4)])
def test_evidence_on_tokens_lies_on_the_square_of_patches(name: str, block: int, side: int) -> None:
    backbone, _ = built(name)
    head = plans.new_head(backbone.channels[-1], 3)
    found = grad_cam(backbone.blocks, head, pictures(backbone, 1), block, 1)
    assert found.shape == (side, side)
    assert found.min() >= 0


@pytest.mark.parametrize("block", [1, 5, 12, 13])  # patches, two layers, and the last layer
def test_evidence_on_tokens_is_that_of_the_package_grad_cam(block: int) -> None:
    """Its map of the whole picture, from 0 to 1; nothing of the last layer's patches is read."""
    torchvision_import.ensure()  # before the package imports it
    from pytorch_grad_cam import GradCAM
    from pytorch_grad_cam.utils.image import scale_cam_image
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    backbone, _ = built("vit_b_16")
    head = plans.new_head(backbone.channels[-1], 3)
    x = pictures(backbone, 1)
    found = grad_cam(backbone.blocks, head, x, block, 1)
    theirs = GradCAM(
        nn.Sequential(backbone.blocks, head).eval(),
        [backbone.blocks[block - 1]],
        reshape_transform=lambda out: out[:, :, 1:, 0].unflatten(2, found.shape),
    )
    with theirs:
        expected = theirs(x, [ClassifierOutputTarget(1)])
    assert scale_cam_image(found[None].numpy(), (SIDE, SIDE)) == pytest.approx(expected, abs=1e-4)
    assert bool(found.any()) == (block < 13)


def test_a_block_without_places_is_refused() -> None:
    backbone, _ = built("mobilenet_v3_large")
    n = len(backbone.blocks)
    head = plans.new_head(backbone.channels[-1], 3)
    with pytest.raises(UserError) as caught:
        grad_cam(backbone.blocks, head, pictures(backbone, 1), n, 1)
    assert (caught.value.key, caught.value.values) == ("explain.no_places", {"block": n})


def test_tokens_are_told_as_tokens() -> None:
    row = catalog.backbone("vit_b_16")
    layer, last = row.blocks[1], row.blocks[-1]
    assert (layer.tokens, layer.size, layer.places) == (197, 14, 197)
    assert (last.tokens, last.size, last.places) == (0, 1, 1)
    assert catalog.backbone("resnet18").blocks[0].places == 56 * 56
