"""A head that is solved, not stepped: logistic regression on the features under it.

With frozen features the best head is a convex problem with one answer, which L-BFGS finds without
a learning rate.  A fine-tune that begins with it (LP-FT, Kumar et al. 2022, arXiv:2202.10054)
does not pull the pre-trained features about while a random head finds its feet.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from tlcore.training.engine.feed import Feed
from tlcore.training.engine.state import State

# Inverse strength of the penalty, as scikit-learn's C: the loss is the sum of the cross-entropies
# + |W|^2 / (2 C) on standardised features, with a row of W for each class.  scikit-learn does the
# same from three classes on; for two it keeps one row, whose penalty is then twice as strong: with
# two classes this is its C = 2 x PENALTY.
PENALTY = 0.01


def solve(
    features: torch.Tensor, labels: torch.Tensor, classes: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Weights (classes, channels) and biases (classes) of least penalised cross-entropy.

    features: (N, channels); labels: (N,).
    """
    x = features.double()
    spread, mean = torch.std_mean(x, dim=0, correction=0)
    spread = spread.clamp_min(0.01 * spread.max().clamp_min(1e-6))
    x = (x - mean) / spread
    weight = x.new_zeros(classes, x.shape[1]).requires_grad_()
    bias = x.new_zeros(classes).requires_grad_()
    rule = torch.optim.LBFGS(
        [weight, bias],
        max_iter=500,
        tolerance_grad=1e-6,
        tolerance_change=1e-12,
        line_search_fn="strong_wolfe",
    )

    def lost() -> torch.Tensor:
        rule.zero_grad()
        misfit = F.cross_entropy(x @ weight.T + bias, labels)
        loss = misfit + (weight**2).sum() / (2 * PENALTY * len(x))
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    rule.step(lost)  # type: ignore[no-untyped-call]
    weight = weight.detach() / spread  # standardising is linear too: it goes into the weights
    return weight, bias.detach() - weight @ mean


def put(head: nn.Sequential, weight: torch.Tensor, bias: torch.Tensor) -> None:
    """Into a head that brings the features to its own scale before its linear layer."""
    spread, mean = (head.get_buffer(f"standardise.{name}") for name in ("spread", "mean"))
    with torch.no_grad():
        head.get_parameter("linear.weight").copy_(weight * spread)
        head.get_parameter("linear.bias").copy_(bias + weight @ mean.double())


def start(state: State, plain: Feed) -> None:
    """Solve the head of `state` for the pictures of `plain`, with the weights as they are."""
    state.eval()
    pool, flatten = (state.head.get_submodule(name) for name in ("pool", "flatten"))
    with torch.no_grad():
        parts = [flatten(pool(state.features(x))) for x, _ in plain.in_order()]
    classes = len(state.head.get_parameter("linear.bias"))
    put(state.head, *solve(torch.cat(parts), plain.labels, classes))
    state.train()
