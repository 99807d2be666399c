"""Where a network's evidence for a class lies in one picture: Grad-CAM.

Grad-CAM (Selvaraju et al. 2017, arXiv:1610.02391, eq. 1 and 2) asks which places of a block's
output speak for a class: each channel is weighted by the mean gradient of the class's score, the
weighted channels are summed, and what speaks against the class is dropped.  It shows where the
evidence lies at the scale of the block's map, not which pixel decided.
"""

from __future__ import annotations

import math
from typing import TypedDict

import numpy as np
import numpy.typing as npt
import torch
from captum.attr import LayerGradCam
from torch import nn

from tlcore.data import overlay
from tlcore.ground.errors import UserError
from tlcore.networks.backbone import InputSpec


class Looked(TypedDict):
    """What a page shows of a picture that was looked into."""

    seen: str  # data URL of a PNG: what the network sees, at its input size
    shown: str  # the picture upright and square
    heat: str  # RGBA, the size of `shown`; transparent where nothing speaks for the class
    map: list[int]  # height, width of the block's output
    silent: bool  # nothing in this block speaks for the class: `heat` is empty


def looked(image: torch.Tensor, x: torch.Tensor, into: InputSpec, found: torch.Tensor) -> Looked:
    """`image`: uint8 (1, C, S, S); `x`: the same, prepared; `found`: as `grad_cam` gives it."""
    shown = overlay.enlarged(image)
    return Looked(
        seen=overlay.address(_as_seen(x, into)),
        shown=overlay.address(shown),
        heat=overlay.address(overlay.overlay(found, shown.shape[0])),
        map=list(found.shape),
        silent=not bool(found.max() > 0),
    )


def grad_cam(
    blocks: nn.Sequential, head: nn.Sequential, x: torch.Tensor, block: int, target: int
) -> torch.Tensor:
    """Evidence for class `target` in the output of block `block` (from 1), (h, w), never negative.

    `x` is one prepared picture (1, C, H, W).  Frozen blocks pass gradients on as others do.
    Where the output is tokens (a column, tlcore.networks.vision.vit), the class token is left out,
    of the gradient's mean too, and the patches are laid back into their square.  Raises
    UserError("explain.no_places", block) where the output is one value a channel.
    """
    blocks, head = blocks.eval(), head.eval()
    with torch.no_grad():
        output = blocks[:block](x)
    if output.shape[3] == 1 < output.shape[2]:
        return _of_tokens(output, nn.Sequential(blocks[block:], head), target)
    cam = LayerGradCam(nn.Sequential(blocks, head).eval(), blocks[block - 1])
    found: torch.Tensor = cam.attribute(x, target=target, relu_attributions=True)
    places = found.detach()[0, 0]
    if places.numel() == 1:
        raise UserError("explain.no_places", block=block)
    return places


def _of_tokens(output: torch.Tensor, rest: nn.Module, target: int) -> torch.Tensor:
    """Grad-CAM of a column of tokens (1, C, 1 + n, 1): weights are means over the n patches alone.

    A head that reads the class token of this very output gets nothing from the patches: all zero.
    """
    output = output.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(rest(output)[0, target], output)
    patches, pull = output.detach()[0, :, 1:, 0], gradient[0, :, 1:, 0]
    places = (pull.mean(1, keepdim=True) * patches).sum(0).relu()
    side = math.isqrt(len(places))
    return places.view(side, side)


def _as_seen(x: torch.Tensor, into: InputSpec) -> npt.NDArray[np.uint8]:
    """The network's input as 8-bit pixels (H, W, C)."""
    mean = torch.tensor(into.mean).view(-1, 1, 1)
    std = torch.tensor(into.std).view(-1, 1, 1)
    pixels = ((x[0] * std + mean) * 255).round().clamp(0, 255).to(torch.uint8)
    return pixels.permute(1, 2, 0).numpy()
