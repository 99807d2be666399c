"""Grad-CAM lights up where a network looks, equals the formula by hand, and fits its picture."""

from __future__ import annotations

import base64
import hashlib
import io
from collections import OrderedDict
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from tests.tlcore import toy
from tests.tlcore.runs import toy_worker
from tlcore.data import sets
from tlcore.data.heat import HEAT
from tlcore.data.images import ImageData, Split
from tlcore.data.own import picture
from tlcore.experiments.explain import run as explain
from tlcore.experiments.explain.spec import ExplainSpec
from tlcore.ground.recipe import (
    Recipe,
    TransferPlan,
    everything,
    from_block,
    from_scratch,
    head_only,
)
from tlcore.networks import backbones
from tlcore.networks.backbone import Backbone, InputSpec
from tlcore.networks.evidence import grad_cam
from tlcore.training.engine import learned, train
from tlcore.training.transfer.plan import new_head

RUN = "0" * 32
PLANS = [head_only(4), from_block(3, 4), everything(4), from_scratch(4), TransferPlan(3, 2, 1)]


def by_hand(blocks, head, x, block, target):
    """Selvaraju et al. 2017, eq. 1 and 2, without hooks: the network cut in two at the block."""
    with torch.no_grad():
        activation = blocks[:block](x)
    activation = activation.detach().requires_grad_()
    score = head(blocks[block:](activation))[0, target]
    (gradient,) = torch.autograd.grad(score, activation)
    weights = gradient.mean((2, 3), keepdim=True)
    return (weights * activation).sum(1).relu()[0].detach()


def pixels_of(url):
    start = "data:image/png;base64,"
    assert url.startswith(start)
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url[len(start) :]))))


@pytest.fixture
def toys(monkeypatch):
    for (module, name), stand_in in toy_worker.instead_of_the_catalogue().items():
        monkeypatch.setattr(module, name, stand_in)


def trained(folder, plan, backbone=None, pictures=None, **recipe):
    backbone, pictures = backbone or toy.backbone(), pictures or toy.images()
    recipe = Recipe(**{"epochs": 3, "batch": 8} | recipe)
    return list(train(backbone, pictures, plan, recipe, learned_file=folder / learned.FILE))[-1]


def told(folder, plan, **asked):
    """What `explain` says of a toy run."""
    values = toy_worker.fine_tune(read=plan.read, keep=plan.keep, freeze=plan.freeze)
    run = SimpleNamespace(id=RUN, status="finished", spec=values)
    return explain.explain(ExplainSpec(run=RUN, **asked), run, folder, folder)


@pytest.mark.parametrize("target", [0, 2])
@pytest.mark.parametrize("plan", PLANS)
def test_it_is_the_formula(plan, target, tmp_path):
    trained(tmp_path, plan)
    blocks, head = learned.load(toy.backbone(), plan, 3, tmp_path / learned.FILE)
    x = backbones.prepare(toy.images().test.images[4][None], toy.backbone().input)
    lit = 0
    for block in range(1, plan.read + 1):
        found = grad_cam(blocks, head, x, block, target)
        expected = by_hand(blocks, head, x, block, target)
        torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-7)
        lit += bool(found.max() > 0)
    assert lit  # not equal by being empty


@pytest.mark.parametrize("block", [1, 4, 8])
def test_it_is_the_formula_on_the_real_network_whose_blocks_are_frozen(block, tmp_path):
    clothing, digits = backbones.build("clothing"), sets.load("digits", 33)
    trained(tmp_path, head_only(8), clothing, digits)
    blocks, head = learned.load(clothing, head_only(8), 10, tmp_path / learned.FILE)
    blocks.requires_grad_(False)
    x = backbones.prepare(digits.test.images[1][None], clothing.input)
    found = grad_cam(blocks, head, x, block, 3)
    torch.testing.assert_close(found, by_hand(blocks, head, x, block, 3), rtol=1e-5, atol=1e-7)
    assert not any(module._forward_hooks for module in blocks.modules())
    assert all(p.grad is None for p in [*blocks.parameters(), *head.parameters()])


def test_a_network_that_looks_at_one_corner_lights_up_there():
    """Its only evidence is brightness at the top left: the rest of the picture cannot matter."""

    class Corner(nn.Module):
        def forward(self, x):
            mask = torch.zeros_like(x)
            mask[:, :, :3, :3] = 1
            return x * mask

    blocks = nn.Sequential(OrderedDict(see=nn.Conv2d(1, 2, 1), corner=Corner()))
    head = new_head(2, 2)
    with torch.no_grad():
        blocks.see.weight.fill_(1)
        blocks.see.bias.zero_()
        head.linear.weight.copy_(torch.tensor([[1.0, 1.0], [-1.0, -1.0]]))
    x = torch.rand(1, 1, 8, 8) + 0.5
    for_it = grad_cam(blocks, head, x, 2, 0)
    assert (for_it[:3, :3] > 0).all()
    assert for_it[3:].sum() == for_it[:, 3:].sum() == 0
    assert grad_cam(blocks, head, x, 2, 1).max() == 0  # nothing speaks for the other class


def test_a_trained_network_looks_where_its_classes_differ(tmp_path):
    """Class 0 is bright at the top, class 1 at the bottom: that is where the heat must be."""
    plan, pictures = everything(4), toy.images(150)
    result = trained(tmp_path, plan, pictures=pictures, epochs=15, lr=1e-2)
    assert result["test_accuracy"] > 0.8
    blocks, head = learned.load(toy.backbone(), plan, 3, tmp_path / learned.FILE)
    share = []
    for number, (label, said) in enumerate(
        zip(result["truth"], result["predictions"], strict=True)
    ):
        if label == said and label in (0, 1):
            x = backbones.prepare(pictures.test.images[number][None], toy.backbone().input)
            heat = grad_cam(blocks, head, x, 2, label)
            where = heat[:4] if label == 0 else heat[4:]
            share.append(float(where.sum() / heat.sum().clamp_min(1e-9)))
    assert len(share) > 10
    assert np.mean(share) > 0.65  # .5 would be everywhere


@pytest.mark.parametrize("plan", PLANS)
def test_the_likeliest_class_is_asked_about_and_is_the_one_of_the_result(plan, toys, tmp_path):
    result = trained(tmp_path, plan)
    for number in (0, 7, 29):
        answer = told(tmp_path, plan, picture=number, block=plan.read)
        assert answer["target"] == result["predictions"][number]
        likely = max(answer["probabilities"])
        assert answer["probabilities"].index(likely) == answer["target"]
        assert likely == pytest.approx(result["confidence"][number], abs=2e-4)
        assert sum(answer["probabilities"]) == pytest.approx(1, abs=1e-5)
    asked = told(tmp_path, plan, picture=0, block=1, target=2)
    assert (asked["target"], asked["block"], asked["map"]) == (2, 1, [8, 8])


def test_shown_seen_and_heat_fit_each_other(toys, tmp_path):
    trained(tmp_path, from_block(3, 4))
    answer = told(tmp_path, from_block(3, 4), picture=3, block=3)
    assert answer["map"] == [4, 4]
    original = toy.images(45).test.images[3, 0].numpy()
    shown, seen, heat = (pixels_of(answer[name]) for name in ("shown", "seen", "heat"))
    assert shown.shape == (320, 320)  # 8 px, 40 times as large
    assert (shown[20::40, 20::40] == original).all()
    assert (seen == original).all()
    assert heat.shape == (320, 320, 4)
    strongest = heat[..., 3].max()
    assert strongest == round(0.8 * 255)
    found = grad_cam(
        *learned.load(toy.backbone(), from_block(3, 4), 3, tmp_path / learned.FILE),
        backbones.prepare(toy.images(45).test.images[3][None], toy.backbone().input),
        3,
        answer["target"],
    )
    row, column = divmod(int(found.argmax()), 4)
    assert heat[row * 80 + 40, column * 80 + 40, 3] > 0.9 * strongest  # in its place


def test_where_nothing_speaks_for_a_class_the_heat_is_empty_and_says_so(toys, tmp_path):
    plan = head_only(4)
    trained(tmp_path, plan)
    answers = [
        told(tmp_path, plan, picture=number, block=4, target=target)
        for number in range(12)
        for target in range(3)
    ]
    silent = [answer for answer in answers if answer["silent"]]
    assert 0 < len(silent) < len(answers)
    assert all(pixels_of(answer["heat"])[..., 3].max() == 0 for answer in silent)
    others = [answer for answer in answers if not answer["silent"]]
    assert all(pixels_of(answer["heat"])[..., 3].max() > 100 for answer in others)


def test_a_picture_of_ones_own_is_seen_as_the_test_pictures_are(toys, tmp_path):
    """The same pixels, uploaded as PNG, get the same answer."""
    trained(tmp_path, head_only(4))
    original = toy.images(45).test.images[5, 0].numpy()
    file = io.BytesIO()
    Image.fromarray(original).save(file, "PNG")
    name = hashlib.sha256(file.getvalue()).hexdigest()
    picture.file_of(tmp_path, name).parent.mkdir()
    picture.file_of(tmp_path, name).write_bytes(file.getvalue())
    own = told(tmp_path, head_only(4), upload=name, block=4)
    of_run = told(tmp_path, head_only(4), picture=5, block=4)
    assert own["probabilities"] == pytest.approx(of_run["probabilities"], abs=1e-5)
    assert (pixels_of(own["seen"]) == original).all()
    assert pixels_of(own["shown"]).shape == (320, 320, 3)


def test_inverted_is_what_the_network_sees_not_what_is_shown(toys, tmp_path):
    trained(tmp_path, head_only(4))
    plain = told(tmp_path, head_only(4), picture=5, block=4)
    inverted = told(tmp_path, head_only(4), picture=5, block=4, invert=True)
    assert inverted["shown"] == plain["shown"]
    assert (pixels_of(inverted["seen"]) == 255 - pixels_of(plain["seen"])).all()
    assert inverted["probabilities"] != plain["probabilities"]


def test_a_network_for_colour_sees_colour(monkeypatch, tmp_path):
    spec = InputSpec(16, 3, (0.5, 0.4, 0.3), (0.2, 0.3, 0.4))
    blocks = nn.Sequential(OrderedDict(one=nn.Conv2d(3, 4, 3, padding=1)))
    colour = Backbone("toy", blocks, (4,), spec, "colour")
    images = torch.randint(0, 256, (24, 3, 16, 16), dtype=torch.uint8)
    split = Split(images, torch.arange(24) % 3)
    pictures = ImageData("toy", ("a", "b", "c"), split, split, split, "sha")
    for (module, name), stand_in in toy_worker.instead_of_the_catalogue().items():
        monkeypatch.setattr(module, name, stand_in)
    monkeypatch.setattr(backbones, "build", lambda *_, **__: colour)
    monkeypatch.setattr(sets, "load", lambda *_: pictures)
    trained(tmp_path, everything(1), colour, pictures, epochs=1)
    answer = told(tmp_path, everything(1), picture=2, block=1)
    assert (pixels_of(answer["seen"]) == images[2].permute(1, 2, 0).numpy()).all()
    assert pixels_of(answer["shown"]).shape == (320, 320, 3)


def test_heat_grows_lighter_all_the_way_so_that_any_eye_can_order_it():
    luma = [0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in HEAT]
    steps = np.diff(luma)
    assert (steps > 15).all()


class Mixed(nn.Module):
    """Every token hears every other, as attention lets them: (N, C, T, 1) -> the same."""

    def __init__(self, channels, tokens):
        super().__init__()
        self.across = nn.Linear(tokens, tokens)
        self.within = nn.Linear(channels, channels)

    def forward(self, x):
        x = x + self.across(x[..., 0]).tanh()[..., None]
        return x + self.within(x[..., 0].mT).mT.tanh()[..., None]


class ClassToken(nn.Module):
    def forward(self, x):
        return x[:, :, 0, 0]


def test_of_tokens_the_gradients_of_the_patches_alone_are_averaged():
    """The class token's gradient is of another size; in the last block it is the only one."""
    torch.manual_seed(0)
    blocks = nn.Sequential(*(Mixed(6, 17) for _ in range(3))).eval()
    head = nn.Sequential(ClassToken(), nn.Linear(6, 3))
    x = torch.randn(1, 6, 17, 1)
    lit = 0
    for block in (1, 2):
        output = blocks[:block](x).detach().requires_grad_()
        head(blocks[block:](output))[0, 1].backward()
        weights = [output.grad[0, c, 1:, 0].mean() for c in range(6)]
        places = sum(w * output.detach()[0, c, 1:, 0] for c, w in enumerate(weights))
        found = grad_cam(blocks, head, x, block, 1)
        torch.testing.assert_close(found, places.clamp_min(0).view(4, 4))
        lit += bool(found.max() > 0)
    assert lit  # not equal by being empty
    assert not grad_cam(blocks, head, x, 3, 1).any()
