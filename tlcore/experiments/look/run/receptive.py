"""Receptive field: which pixels of the picture one place of a block's output can depend on.

Followed through the network itself: one empty picture passes, and carries three numbers.  A window
of k places at stride s makes the field (k - 1) * jump wider and the jump s times as large (Araujo,
Norris and Sim 2019, Distill, "Computing receptive fields of convolutional neural networks").  This
is what a place can see at most; most of what it does see lies near the middle (Luo et al. 2016,
arXiv:1701.04128).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import torch
from torch import nn

from tlcore.networks.backbone import InputSpec

EVERYTHING = 10**6  # px: attention sees the whole picture


class Field(NamedTuple):
    """Place p of an output depends on pixels start + jump * p ... start + jump * p + size - 1."""

    size: int
    jump: int
    start: int

    def through(self, window: int, stride: int, padding: int, dilation: int = 1) -> Field:
        wider = (window - 1) * dilation * self.jump
        start = self.start - padding * self.jump
        return Field(self.size + wider, self.jump * stride, start)


class Box(NamedTuple):
    """Pixels of a picture, clipped to it: first row, first column, height, width."""

    top: int
    left: int
    height: int
    width: int


def fields(blocks: nn.Sequential, into: InputSpec) -> list[Field]:
    """Of each block's output, in pixels of the network's input."""
    x = torch.zeros(1, into.channels, into.size, into.size).as_subclass(_Followed)
    x.field = Field(1, 1, 0)
    found = []
    with torch.no_grad():
        for block in blocks.eval():
            x = block(x)
            # Nothing but a mean over the map, or a linear layer behind one: it sees everything.
            found.append(x.field if x.field.size else _everything(x.field))
    return found


def box(field: Field, row: int, column: int, size: int) -> Box:
    """What a place sees of a picture of `size` px."""
    (top, height), (left, width) = (_clipped(field, at, size) for at in (row, column))
    return Box(top, left, height, width)


def _clipped(field: Field, at: int, size: int) -> tuple[int, int]:
    first = field.start + field.jump * at
    low, high = max(0, first), min(size, first + field.size)
    return low, high - low


class _Followed(torch.Tensor):
    """A tensor that knows its field.  Where several meet (a shortcut), the widest counts."""

    field: Field

    @classmethod
    def __torch_function__(
        cls, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        out: Any = super().__torch_function__(func, types, args, kwargs)  # type: ignore[no-untyped-call]
        met = [x.field for x in _in((args, kwargs)) if hasattr(x, "field")]
        if met:
            field = _changed(getattr(func, "__name__", ""), max(met), args, kwargs)
            for each in _in((out,)):
                each.field = field
        return out


def _changed(name: str, field: Field, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Field:
    if name == "conv2d":
        given = dict(zip(("input", "weight", "bias", "stride", "padding", "dilation"), args))  # noqa: B905 - as many as were given
        given |= kwargs
        window = given["weight"].shape[-1]
        steps = (_one(given.get("stride", 1)), _one(given.get("padding", 0)))
        return field.through(window, *steps, _one(given.get("dilation", 1)))
    if name in ("max_pool2d", "avg_pool2d"):
        given = dict(zip(("input", "kernel_size", "stride", "padding"), args)) | kwargs  # noqa: B905
        window = _one(given["kernel_size"])
        return field.through(window, _one(given.get("stride") or window), _one(given["padding"]))
    if name in ("adaptive_avg_pool2d", "mean"):
        # Squeeze and excitation weighs whole channels by the whole picture: that moves no place
        # against another, so it is left out of what a place sees.
        return Field(0, field.jump, 0)
    if name in ("softmax", "multi_head_attention_forward", "_native_multi_head_attention"):
        return _everything(field)
    return field


def _everything(field: Field) -> Field:
    return Field(EVERYTHING, field.jump, -EVERYTHING // 2)


def _one(value: Any) -> int:
    return int(value[0] if isinstance(value, tuple | list) else value)


def _in(things: Iterable[Any]) -> Iterator[_Followed]:
    for thing in things:
        if isinstance(thing, _Followed):
            yield thing
        elif isinstance(thing, tuple | list):
            yield from _in(thing)
        elif isinstance(thing, dict):
            yield from _in(thing.values())
