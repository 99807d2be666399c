"""Why a trained network said what it said of one picture: probabilities and Grad-CAM.

Grad-CAM (Selvaraju et al. 2017, arXiv:1610.02391, eq. 1 and 2) asks which places of a block's
output speak for a class: each channel is weighted by the mean gradient of the class's score, the
weighted channels are summed, and what speaks against the class is dropped.  It shows where the
evidence lies at the scale of the block's map, not which pixel decided.
"""

from __future__ import annotations

import base64
import io
import math
from pathlib import Path
from typing import TypedDict

import numpy as np
import numpy.typing as npt
import torch
from captum.attr import LayerGradCam
from PIL import Image
from torch import nn
from torch.nn import functional as F

from tlcore.data import sets
from tlcore.data.heat import HEAT as _HEAT
from tlcore.data.own import picture
from tlcore.data.own.one_picture import chosen_picture
from tlcore.experiments.explain.spec import ExplainSpec
from tlcore.ground.errors import UserError
from tlcore.networks import backbones
from tlcore.networks.backbone import InputSpec, prepare
from tlcore.runs import spec
from tlcore.runs.run import Run
from tlcore.training.engine import learned

_COVER = 0.8  # opacity of the strongest place
_STEPS = 64  # of strength: finer is not seen, and makes the picture twice as large


class Explanation(TypedDict):
    probabilities: list[float]
    target: int  # the class that was asked about
    block: int
    seen: str  # data URL of a PNG: what the network sees, at its input size
    shown: str  # the picture upright and square
    heat: str  # RGBA, the size of `shown`; transparent where nothing speaks for the class
    map: list[int]  # height, width of the block's output
    silent: bool  # nothing in this block speaks for the class: `heat` is empty


def explain(asked: ExplainSpec, run: Run, folder: Path, data_dir: Path) -> Explanation:
    """Explain what `run`, whose files lie in `folder`, says of the picture `asked` for.

    Raises UserError: explain.unfinished, explain.block, explain.no_places, explain.target,
    explain.picture,
    export.weights_gone, learned.damaged, picture.*, and what `backbones.build` raises.
    """
    if run.status != "finished":
        raise UserError("explain.unfinished")
    trained = spec.parse(run.spec)
    assert isinstance(trained, spec.FineTuneSpec)
    plan = trained.plan
    if asked.block > plan.read:
        raise UserError("explain.block", given=asked.block, high=plan.read)
    pictures = sets.load(trained.data, trained.train_size, trained.seed, trained.knobs)
    classes = len(pictures.classes)
    if asked.target is not None and asked.target >= classes:
        raise UserError("explain.target", given=asked.target, high=classes - 1)
    image = chosen_picture(asked.picture, asked.upload, pictures.test.images, data_dir)

    # Where nothing was frozen, all weights are in the run's own file.
    backbone = backbones.build(trained.backbone, pretrained=plan.freeze > 0, seed=trained.seed)
    try:
        blocks, head = learned.load(backbone, plan, classes, folder / learned.FILE)
    except FileNotFoundError:
        raise UserError("export.weights_gone") from None
    x = prepare(255 - image if asked.invert else image, backbone.input)
    with torch.no_grad():
        probabilities = head(blocks(x)).softmax(1)[0]
    target = int(probabilities.argmax()) if asked.target is None else asked.target
    found = grad_cam(blocks, head, x, asked.block, target)
    shown = _enlarged(image)
    return Explanation(
        probabilities=[round(p, 6) for p in probabilities.tolist()],
        target=target,
        block=asked.block,
        seen=_url(_as_seen(x, backbone.input)),
        shown=_url(shown),
        heat=_url(_overlay(found, shown.shape[0])),
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


def _enlarged(image: torch.Tensor) -> npt.NDArray[np.uint8]:
    """Small pictures a whole number of times as large, pixel by pixel, so that heat can be fine."""
    times = max(1, picture.SHOWN // image.shape[-1])
    large = image[0].repeat_interleave(times, 1).repeat_interleave(times, 2)
    return large.permute(1, 2, 0).numpy()


def _overlay(found: torch.Tensor, size: int) -> npt.NDArray[np.uint8]:
    """(h, w) -> RGBA (size, size, 4), the strongest place at full strength."""
    large = F.interpolate(found[None, None], (size, size), mode="bilinear")[0, 0]
    strength = (large / large.max().clamp_min(1e-12) * _STEPS).round().numpy() / _STEPS
    steps = np.linspace(0, 1, len(_HEAT))
    colours = [np.interp(strength, steps, channel) for channel in zip(*_HEAT, strict=True)]
    layers = np.stack([*colours, strength * _COVER * 255], axis=-1)
    return layers.round().astype(np.uint8)


def _url(pixels: npt.NDArray[np.uint8]) -> str:
    file = io.BytesIO()
    one = pixels[:, :, 0] if pixels.shape[2] == 1 else pixels
    Image.fromarray(np.ascontiguousarray(one)).save(file, "PNG", compress_level=6)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")
