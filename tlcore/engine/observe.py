"""What a step did to each group: gradient norms between backward and step, and real updates.

Reading never changes what is read (`clip_grad_norm_(inf)` would: inf / inf writes NaN into the
gradients).  One synchronisation a step: everything is stacked on the device and fetched at once.

A block's norm is the root of its parameters' summed squares, never their mean: blocks differ in
size.  Ratios to the weights leave out biases and normalisation parameters, whose norms say nothing
about the scale of the layer (Lee et al. 2022 do the same for their relative gradient norm).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import nn

from tlcore.engine.rows import PerGroup, number


@dataclass(frozen=True)
class Reading:
    """One step.  `loss` and the norms may be infinite or NaN here; rows turn that into None."""

    loss: float
    accuracy: float
    grad_norm: dict[str, float]
    rel_grad: dict[str, float]

    @property
    def finite(self) -> bool:
        return math.isfinite(self.loss) and all(map(math.isfinite, self.grad_norm.values()))


class Observer:
    """Watches the learning groups {name: module}; holds references, no hooks."""

    def __init__(self, groups: dict[str, nn.Module], ratio_every: int) -> None:
        learning = {
            name: [p for p in module.parameters() if p.requires_grad]
            for name, module in groups.items()
        }
        self.names = [name for name, params in learning.items() if params]
        self.params = [(name, p) for name in self.names for p in learning[name]]
        self.weights = [(name, p) for name, p in self.params if p.ndim > 1]
        self.ratio_every = ratio_every

    def read(self, loss: torch.Tensor, scores: torch.Tensor, labels: torch.Tensor) -> Reading:
        """Between backward and step.  Costs two norms a tensor and one transfer."""
        hits = (scores.detach().argmax(1) == labels).sum()
        seen = [(name, p, p.grad) for name, p in self.params if p.grad is not None]
        weights = [p.detach() for _, p in self.weights]
        norms = torch._foreach_norm([grad for _, _, grad in seen] + weights)
        told = torch.stack([loss.detach(), hits.float(), *norms]).tolist()
        of_grads = told[2 : 2 + len(seen)]
        of_weights = told[2 + len(seen) :]
        weight_grads = [v for (_, p, _), v in zip(seen, of_grads, strict=True) if p.ndim > 1]
        size = _per_group([name for name, _ in self.weights], of_weights)
        pull = _per_group([name for name, p, _ in seen if p.ndim > 1], weight_grads)
        return Reading(
            loss=told[0],
            accuracy=told[1] / len(labels),
            grad_norm=_per_group([name for name, _, _ in seen], of_grads),
            rel_grad={name: _ratio(pull[name], size[name]) for name in pull},
        )

    @contextmanager
    def update(self, step: int) -> Iterator[PerGroup]:
        """Around the optimiser's step: fills {group: ||dw|| / ||w||} on every k-th, from the first.

        The true change, from a copy taken before: with momentum or Adam it is not rate x gradient.
        """
        ratios: PerGroup = {}
        if (step - 1) % self.ratio_every:
            yield ratios
            return
        weights = [p.detach() for _, p in self.weights]
        before = [w.clone() for w in weights]
        yield ratios
        moved = torch._foreach_sub(weights, before)
        values = torch.stack(torch._foreach_norm([*moved, *before])).tolist()
        names = [name for name, _ in self.weights]
        change = _per_group(names, values[: len(names)])
        size = _per_group(names, values[len(names) :])
        ratios.update({name: number(_ratio(change[name], size[name])) for name in change})


def distances(now: dict[str, nn.Module], start: dict[str, list[torch.Tensor]]) -> PerGroup:
    """||w - w0|| / ||w0|| of each block in `start`, over the same weights as the ratios."""
    told: PerGroup = {}
    for name, w0 in start.items():
        moved = torch._foreach_sub(weights_of(now[name]), w0)
        values = torch.stack(torch._foreach_norm([*moved, *w0])).tolist()
        half = len(w0)
        told[name] = number(_ratio(_root(values[:half]), _root(values[half:])))
    return told


def weights_of(module: nn.Module) -> list[torch.Tensor]:
    """Weights without biases and normalisation parameters (those have one dimension)."""
    return [p.detach() for p in module.parameters() if p.ndim > 1]


def _per_group(names: list[str], norms: list[float]) -> dict[str, float]:
    """Norms of tensors to norms of groups: root of the sum of squares."""
    squares = dict.fromkeys(names, 0.0)
    for name, value in zip(names, norms, strict=True):
        squares[name] += value * value
    return {name: math.sqrt(value) for name, value in squares.items()}


def _root(norms: list[float]) -> float:
    return math.sqrt(sum(value * value for value in norms))


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
