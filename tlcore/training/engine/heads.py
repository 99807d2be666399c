"""Many heads at once: every rate and every seed of a linear head, one matrix product a step.

On stored features a head-only run is one small matrix, so R rates x S seeds are R * S of them,
side by side in one tensor.  Gradient and update are written out; head (s, r) ends where the
engine's own head-only run of that seed and rate ends, to rounding
(tests/tlcore/training/engine/test_heads.py).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from tlcore.ground.recipe import Recipe
from tlcore.networks import seeds
from tlcore.training.engine import batches, optimizer
from tlcore.training.transfer import plan as plans

BETAS, EPSILON, MOMENTUM = (0.9, 0.999), 1e-8, 0.9  # torch's defaults, and the engine's momentum


@dataclass(frozen=True)
class Draw:
    """One seed: pooled features (N, D) of its training pictures and their labels (N,)."""

    seed: int
    features: torch.Tensor
    labels: torch.Tensor


@dataclass(frozen=True)
class Heads:
    """weight (S, R, C, D) and bias (S, R, C), on features brought to `mean`, `spread` (S, D)."""

    weight: torch.Tensor
    bias: torch.Tensor
    mean: torch.Tensor
    spread: torch.Tensor

    def scores(self, features: torch.Tensor) -> torch.Tensor:
        """(N, D) that all seeds are asked, or (S, N, D) -> (S, R, N, C)."""
        x = (features - self.mean[:, None]) / self.spread[:, None]
        return _scores(x, self.weight, self.bias)

    def accuracy(self, features: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """(S, R): share of right answers on pictures that all heads are asked."""
        said = self.scores(features).argmax(3)
        return (said == labels).float().mean(2)


def train(draws: Sequence[Draw], classes: int, rates: Sequence[float], recipe: Recipe) -> Heads:
    """Head only, for each rate and each draw; of `recipe` the seed and the rates are not read.

    All draws have as many pictures.  Augmentation is not drawn: the features are stored.
    """
    begun = [_begin(draw, classes) for draw in draws]
    heads = Heads(*(torch.stack(parts) for parts in zip(*begun, strict=True)))
    weight = heads.weight[:, None].repeat(1, len(rates), 1, 1)
    bias = heads.bias[:, None].repeat(1, len(rates), 1)
    features = torch.stack([draw.features for draw in draws])
    features = (features - heads.mean[:, None]) / heads.spread[:, None]
    labels = torch.stack([draw.labels for draw in draws])
    count = labels.shape[1]
    rows = torch.arange(len(draws))[:, None]
    peaks = torch.tensor(rates, dtype=weight.dtype)
    rules = [
        Rule(weight, peaks.view(1, -1, 1, 1), recipe.weight_decay, recipe),
        Rule(bias, peaks.view(1, -1, 1), 0.0, recipe),  # biases are not decayed
    ]
    steps = recipe.epochs * len(batches.sizes(count, recipe.batch))
    step = 0
    for epoch in range(1, recipe.epochs + 1):
        dealt = [batches.deal(count, recipe.batch, draw.seed, epoch) for draw in draws]
        for picks in zip(*dealt, strict=True):
            step += 1
            chosen = torch.stack(picks)  # (S, B)
            x = features[rows, chosen]
            wanted = torch.nn.functional.one_hot(labels[rows, chosen], classes).to(x.dtype)
            wanted = wanted * (1 - recipe.label_smoothing) + recipe.label_smoothing / classes
            # Cross-entropy: its gradient by the scores is what is said less what is wanted.
            error = _scores(x, weight, bias).softmax(3) - wanted[:, None]
            error /= x.shape[1]
            share = optimizer.pace(recipe.schedule, step, steps)
            by_weight = error.transpose(2, 3) @ x[:, None]  # (S, R, C, B) @ (S, 1, B, D)
            for rule, gradient in zip(rules, (by_weight, error.sum(2)), strict=True):
                rule.step(gradient, share)
    return Heads(weight, bias, heads.mean, heads.spread)


class Rule:
    """AdamW, or SGD with Nesterov momentum, whose rate is a tensor: one for each head."""

    def __init__(
        self, values: torch.Tensor, peaks: torch.Tensor, decay: float, recipe: Recipe
    ) -> None:
        self.values, self.peaks, self.decay, self.kind = values, peaks, decay, recipe.optimizer
        self.corrects = recipe.bias_correction == "on"
        self.first, self.second = torch.zeros_like(values), torch.zeros_like(values)
        self.steps = 0

    def step(self, gradient: torch.Tensor, share: float) -> None:
        """Change the values in place; `share` of the peak rates, as the schedule has it."""
        self.steps += 1
        rates = self.peaks * share
        if self.kind == "sgd":
            gradient = gradient + self.decay * self.values
            self.first.mul_(MOMENTUM if self.steps > 1 else 0.0).add_(gradient)
            self.values -= rates * (gradient + MOMENTUM * self.first)
            return
        self.values *= 1 - rates * self.decay
        self.first.lerp_(gradient, 1 - BETAS[0])
        self.second.mul_(BETAS[1]).addcmul_(gradient, gradient, value=1 - BETAS[1])
        bias = [1 - beta**self.steps if self.corrects else 1.0 for beta in BETAS]
        spread = self.second.sqrt() / math.sqrt(bias[1]) + EPSILON
        self.values -= rates / bias[0] * self.first / spread


def _scores(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    """(S, N, D), (S, R, C, D), (S, R, C) -> (S, R, N, C), by one product a seed."""
    draws, rates, classes, width = weight.shape
    flat = weight.reshape(draws, rates * classes, width)
    flat_scores = torch.baddbmm(bias.reshape(draws, 1, -1), x, flat.transpose(1, 2))
    return flat_scores.view(draws, -1, rates, classes).transpose(1, 2)


def _begin(draw: Draw, classes: int) -> tuple[torch.Tensor, ...]:
    """Weight, bias, mean and spread with which the engine's head of this seed begins."""
    width = draw.features.shape[1]
    with seeds.fork(draw.seed, "head"):
        head = plans.new_head(width, classes)
    some = draw.features[plans.glance(len(draw.labels))]
    plans.measure_head(head, some[:, :, None, None])
    names = ("linear.weight", "linear.bias")
    learned = [head.get_parameter(name).detach() for name in names]
    return *learned, *(head.get_buffer(f"standardise.{name}") for name in ("mean", "spread"))
