"""What a step did to each group: gradient norms between backward and step, and real updates.

Reading never changes what is read (`clip_grad_norm_(inf)` would: inf / inf writes NaN into the
gradients).  One synchronisation a step: everything is stacked on the device and fetched at once.

A block's norm is the root of its parameters' summed squares, never their mean: blocks differ in
size.  Ratios to the weights leave out biases and normalisation parameters, whose norms say nothing
about the scale of the layer (Lee et al. 2022 do the same for their relative gradient norm).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module

import torch
from torch import nn
from torch.nn.utils.parametrize import ParametrizationList

from tlcore.training.additions import lora
from tlcore.training.engine.rows import PerGroup, number

Measure = Callable[[nn.Module], list[torch.Tensor]]


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
    """Watches the learning groups {name: module}; holds references, no hooks.

    Norms of gradients are read at every step.  What costs more is read at every k-th, the first
    included: the real update (a copy of the weights) and the size of the weights, which moves by
    some 1e-3 of itself in a step.
    """

    def __init__(self, groups: dict[str, nn.Module], ratio_every: int) -> None:
        self.params = [
            (name, p)
            for name, module in groups.items()
            for p in module.parameters()
            if p.requires_grad
        ]
        self.names = list(dict.fromkeys(name for name, _ in self.params))
        self.weights = [(name, p.detach()) for name, p in self.params if p.ndim > 1]
        self.ratio_every = ratio_every
        self.sizes: dict[str, float] = {}  # ||w|| of each group, as of the last k-th step

    def is_kth(self, step: int) -> bool:
        return (step - 1) % self.ratio_every == 0

    def read(
        self, step: int, loss: torch.Tensor, scores: torch.Tensor, labels: torch.Tensor
    ) -> Reading:
        """Between backward and step: one norm a gradient, one transfer for all."""
        if self.is_kth(step):
            self.sizes = _norms(self.weights)
        hits = (scores.detach().argmax(1) == labels).sum()
        seen = [(name, p.grad) for name, p in self.params if p.grad is not None]
        norms = torch._foreach_norm([grad for _, grad in seen])
        lost, right, *values = torch.stack([loss.detach(), hits.float(), *norms]).tolist()
        every = {name: 0.0 for name, _ in seen}  # without a block whose turn has not come
        of_weights = {name: 0.0 for name in self.sizes if name in every}
        for (name, grad), value in zip(seen, values, strict=True):
            square = value * value
            every[name] += square
            if grad.ndim > 1:
                of_weights[name] += square
        return Reading(
            loss=lost,
            accuracy=right / len(labels),
            grad_norm={name: math.sqrt(square) for name, square in every.items()},
            rel_grad={
                name: _ratio(math.sqrt(square), self.sizes[name])
                for name, square in of_weights.items()
            },
        )

    @contextmanager
    def update(self, step: int) -> Iterator[PerGroup]:
        """Around the optimiser's step: fills {group: ||dw|| / ||w||} if it is a k-th one.

        The true change, from a copy taken before: with momentum or Adam it is not rate x gradient.
        """
        ratios: PerGroup = {}
        if not self.is_kth(step):
            yield ratios
            return
        awake = {name for name, p in self.params if p.requires_grad}
        weights = [(name, w) for name, w in self.weights if name in awake]
        before = [w.clone() for _, w in weights]
        yield ratios
        moved = torch._foreach_sub([w for _, w in weights], before)
        changes = _norms([(name, m) for (name, _), m in zip(weights, moved, strict=True)])
        ratios |= {name: number(_ratio(changes[name], self.sizes[name])) for name in changes}


def measure_of(distance: str) -> Measure:
    """What a row of tlcore.ground.variants names; where it names nothing, there is nothing to
    measure."""
    if not distance:
        return lambda module: []
    where, name = distance.split(":")
    found: Measure = getattr(import_module(where), name)
    return found


def distances(
    now: dict[str, nn.Module], start: dict[str, list[torch.Tensor]], measure: Measure
) -> PerGroup:
    """||w - w0|| / ||w0|| of each block in `start`, over what `measure` takes of it."""
    if not start:
        return {}
    before = [(name, w0) for name, weights in start.items() for w0 in weights]
    if not before:  # a block of norms alone has nothing that counts as a weight
        return {}
    here = [w for name in start for w in measure(now[name])]
    moved = torch._foreach_sub(here, [w0 for _, w0 in before])
    changes = _norms([(name, m) for (name, _), m in zip(before, moved, strict=True)])
    sizes = _norms(before)
    return {name: number(_ratio(changes[name], sizes[name])) for name in changes}


def weights_of(module: nn.Module) -> list[torch.Tensor]:
    """Weights without biases and normalisation parameters (those have one dimension).

    Of a layer with LoRA the sum with which it computes, not the two parts of it.
    """
    found = []
    for part in module.modules():
        if isinstance(part, lora.LowRank | ParametrizationList):
            continue
        found += [getattr(part, name).detach() for name in lora.sums(part)]
        found += [p.detach() for p in part.parameters(recurse=False) if p.ndim > 1]
    return found


def numbers_of(module: nn.Module) -> list[torch.Tensor]:
    """All parameters: for what moves biases alone, a share of the block as a whole."""
    return [p.detach() for p in module.parameters()]


def _norms(named: list[tuple[str, torch.Tensor]]) -> dict[str, float]:
    """Norm of each group of tensors: the root of the sum of squares."""
    values = torch.stack(torch._foreach_norm([tensor for _, tensor in named])).tolist()
    squares = {name: 0.0 for name, _ in named}
    for (name, _), value in zip(named, values, strict=True):
        squares[name] += value * value
    return {name: math.sqrt(square) for name, square in squares.items()}


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
