"""Full fine-tuning of ResNet-50 at 224 px on a GPU against the bare model's own speed.

Bare: forward, loss, backward and step on one batch that lies on the GPU, nothing else.  Ours: the
engine, with its observers, on pictures in memory; the seconds of its training part.
"""

from __future__ import annotations

import time

import torch
from torch import nn
from torch.nn import functional as F

from tests.bench.peers.costs import pictures as drawn
from tests.bench.table import Line
from tests.bench.timing import median, spread
from tlcore.data.images import ImageData
from tlcore.ground.recipe import Compute, Recipe, everything
from tlcore.networks import backbones
from tlcore.networks.backbone import Backbone, prepare
from tlcore.training import engine
from tlcore.training.engine import place

BACKBONE, PICTURES, BATCH, EPOCHS, ROUNDS = "resnet50", 2_048, 64, 2, 3
ON_GPU = Compute("cuda", "bf16", "channels_last")
CLAIM = "everything learns, ResNet-50 at 224 px on a GPU: images a second"


def lines(compute: Compute = ON_GPU, pictures: int = PICTURES, batch: int = BATCH) -> list[Line]:
    target = "≥ 95 % of the bare model's"
    if compute.device == "cuda" and not torch.cuda.is_available():
        return [Line(CLAIM, "not measured: no GPU that torch can use", target, "")]
    backbone = backbones.build(BACKBONE, pretrained=False, seed=0)
    given = drawn(pictures, BATCH)
    bare, ours = [], []
    for _ in range(ROUNDS):
        bare.append(_bare(backbone, given, compute, batch))
        ours.append(_ours(backbone, given, compute, batch))
    shares = [100 * o / b for o, b in zip(ours, bare, strict=True)]
    told = f"{spread(shares, 1)} %: {median(ours):,.0f} against {median(bare):,.0f}"
    where = torch.cuda.get_device_name() if compute.device == "cuda" else "CPU"
    conditions = (
        f"{where}, {compute.precision}, {compute.memory_format}, batch {batch}, {pictures:,} "
        f"pictures in memory, random weights, {ROUNDS} rounds in turns"
    )
    return [Line(CLAIM, told, target, conditions)]


def _bare(backbone: Backbone, given: ImageData, compute: Compute, batch: int) -> float:
    """Images a second of steps on one batch, after as many steps to warm up."""
    device = place.device(compute)
    head = nn.Linear(backbone.channels[-1], len(given.classes))
    model = nn.Sequential(*backbone.blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), head)
    model = model.to(device, memory_format=place.memory_format(compute)).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, fused=device.type == "cuda")
    x = prepare(given.train.images[:batch], backbone.input).to(device)
    x = x.contiguous(memory_format=place.memory_format(compute))
    y = given.train.labels[:batch].to(device)
    steps = len(given.train) // batch

    def go() -> float:
        began = _now(device)
        for _ in range(steps):
            optimizer.zero_grad(set_to_none=True)
            with place.autocast(compute):
                loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
        return _now(device) - began

    go()
    return steps * batch / go()


def _now(device: torch.device) -> float:
    """Seconds, when everything that was asked of the device is done."""
    if device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter()


def _ours(backbone: Backbone, given: ImageData, compute: Compute, batch: int) -> float:
    """Images a second of the training part of a whole run."""
    blocks = len(backbone.blocks)
    recipe = Recipe(epochs=EPOCHS, batch=batch, lr=1e-4, head_lr=1e-4)
    *_, result = engine.train(backbone, given, everything(blocks), recipe, compute)
    assert result["kind"] == "result"
    return EPOCHS * len(given.train) / float(result["seconds"]["train"])
