"""An untouched network on one picture: its likeliest classes, and where the evidence lies.

Its own last layer answers, at the side of pictures at which its authors measured it; nothing is
trained.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from tlcore.data.own.one_picture import uploaded
from tlcore.experiments.sees.spec import SeesSpec
from tlcore.networks import evidence
from tlcore.networks.backbone import prepare
from tlcore.networks.vision import lite_models

LIKELIEST = 5


def rows(spec: SeesSpec, data_dir: Path, folder: Path) -> Iterator[dict[str, Any]]:
    """The result alone; classes are ImageNet's numbers, probabilities shares of 1.

    Raises UserError: picture.*, weights.not_installed, weights.package_damaged.
    """
    image = uploaded(spec.upload, data_dir)
    model = lite_models.MODELS[spec.backbone]
    into = dataclasses.replace(model.INPUT, size=model.published)
    blocks, head = lite_models.answering(spec.backbone)
    x = prepare(image, into)
    with torch.no_grad():
        sure = head(blocks(x)).softmax(1)[0]
    likeliest = sure.topk(LIKELIEST).indices.tolist()
    target = likeliest[0] if spec.target is None else spec.target
    found = evidence.grad_cam(blocks, head, x, len(blocks), target)
    yield {
        "kind": "result",
        "status": "finished",
        "classes": likeliest,
        "probabilities": [round(float(sure[each]), 6) for each in likeliest],
        "target": target,
        "target_probability": round(float(sure[target]), 6),
        "side": into.size,
        **evidence.looked(image, x, into, found),
    }
