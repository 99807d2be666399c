"""AdamW without the correction of bias, held against BERT's own formula, timm and torch."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.tlcore import toy
from tlcore.ground.recipe import Recipe, everything
from tlcore.networks import torchvision_import
from tlcore.training.engine import optimizer
from tlcore.training.engine.uncorrected import Uncorrected
from tlcore.training.transfer import plan as plans
from tlcore.words import i18n

STEPS = 25
RATE, DECAY = 0.01, 0.1
HELP = "help.bias_correction"


def gradients():
    made = torch.Generator().manual_seed(5)
    return [torch.randn(4, 3, generator=made) * 3**step for step in (0, -1, 1, 0, 2) * 5]


def weights():
    return torch.randn(4, 3, generator=torch.Generator().manual_seed(6))


def stepped(rule, weight, before=lambda step: None):
    """The weight after each step."""
    seen = []
    for step, gradient in enumerate(gradients(), start=1):
        before(step)
        weight.grad = gradient.clone()
        rule.step()
        seen.append(weight.detach().clone())
    return seen


def ours(decay=DECAY):
    weight = weights().requires_grad_()
    return stepped(Uncorrected([weight], lr=RATE, weight_decay=decay), weight)


def test_each_step_is_that_of_the_first_code_of_bert():
    """google-research/bert, optimization.py, AdamWeightDecayOptimizer: next_m / (sqrt(next_v) +
    epsilon), plus weight_decay_rate * param, times the rate; its moments begin at zero."""
    param = weights().double().numpy()
    m, v = np.zeros_like(param), np.zeros_like(param)
    for told, gradient in zip(ours(), gradients(), strict=True):
        grad = gradient.double().numpy()
        m = 0.9 * m + 0.1 * grad
        v = 0.999 * v + 0.001 * grad**2
        update = m / (np.sqrt(v) + 1e-8) + DECAY * param
        param = param - RATE * update
        np.testing.assert_allclose(told.numpy(), param, rtol=1e-4, atol=1e-5)


def test_without_decay_each_step_is_timms():
    """LAMB with its trust ratio at one is Adam, and timm's can leave the correction out."""
    torchvision_import.ensure()  # timm imports torchvision
    timm_optim = pytest.importorskip("timm.optim")
    weight = weights().requires_grad_()
    kind = {"eps": 1e-8, "bias_correction": False, "max_grad_norm": None}
    theirs = stepped(timm_optim.Lamb([weight], lr=RATE, weight_decay=0.0, **kind), weight)
    for told, expected in zip(ours(decay=0.0), theirs, strict=True):
        torch.testing.assert_close(told, expected)


def test_each_step_is_torchs_with_its_correction_taken_back():
    weight = weights().requires_grad_()
    rule = torch.optim.AdamW([weight], lr=RATE, weight_decay=DECAY, foreach=False)

    def take_back(step):
        first, second = 1 - 0.9**step, (1 - 0.999**step) ** 0.5
        group = rule.param_groups[0]
        group["lr"] = RATE * first / second
        group["eps"] = 1e-8 / second
        group["weight_decay"] = DECAY * second / first

    for told, expected in zip(ours(), stepped(rule, weight, take_back), strict=True):
        torch.testing.assert_close(told, expected)


def test_the_first_step_is_larger_than_the_rate_by_the_root_of_ten():
    weight = torch.zeros(1, requires_grad=True)
    rule = Uncorrected([weight], lr=RATE, weight_decay=0.0)
    weight.grad = torch.ones(1)
    rule.step()
    assert weight.item() == pytest.approx(-RATE * 10**0.5, rel=1e-5)  # 0.1 / sqrt(0.001)


def test_how_far_the_first_steps_are_too_large_is_said_as_it_is():
    """Under gradients that stay the same the largest is the twelfth, a dozen."""
    weight = torch.zeros(1, requires_grad=True)
    rule = Uncorrected([weight], lr=RATE, weight_decay=0.0)
    times, at = [], 0.0
    for _ in range(40):
        weight.grad = torch.ones(1)
        rule.step()
        times.append((at - weight.item()) / RATE)
        at = weight.item()
    assert max(times) == times[11]
    least, most = f"{times[0]:.0f}", f"{max(times):.1f}"
    assert f"first dozen steps grow from {least} to {most} times" in i18n.t(HELP, "en")
    assert f"열두 스텝의 크기가 학습률대로일 때의 {least}배에서 {most}배" in i18n.t(HELP, "ko")


@pytest.mark.parametrize(
    ("name", "correction", "kind"),
    [
        ("adamw", "on", torch.optim.AdamW),
        ("adamw", "off", Uncorrected),
        ("sgd", "on", torch.optim.SGD),
        ("sgd", "off", torch.optim.SGD),
    ],
)
def test_a_recipe_chooses_its_rule_and_corrects_unless_told_otherwise(name, correction, kind):
    recipe = Recipe(optimizer=name, bias_correction=correction)
    blocks, head = plans.assemble(toy.backbone(), everything(4), 3, 0)
    plans.apply(blocks, head, everything(4))
    rule = optimizer.build(blocks, head, everything(4), recipe)
    assert type(rule) is kind
    assert Recipe().bias_correction == "on"


def test_a_weight_without_a_gradient_is_left_alone():
    still, moved = (torch.ones(2, 2, requires_grad=True) for _ in range(2))
    rule = Uncorrected([still, moved], lr=RATE, weight_decay=DECAY)
    moved.grad = torch.ones(2, 2)
    rule.step()
    assert torch.equal(still, torch.ones(2, 2))
    assert not torch.equal(moved, torch.ones(2, 2))
