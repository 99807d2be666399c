"""A few hundred feature vectors a block of what a backbone was trained on: no pixels are kept."""

from __future__ import annotations

from pathlib import Path

import safetensors.torch
import torch

from tlcore.data.draw import stratified
from tlcore.data.images import Split
from tlcore.making.pretrain import probe
from tlcore.networks.backbones import Backbone
from tlcore.networks.weights import SOURCES, source_file

COUNT = 300  # pictures, equal shares of the source classes


def write(backbone: Backbone, known: Split, folder: Path = SOURCES) -> None:
    """`known`: pictures that the backbone was trained on."""
    picks = torch.from_numpy(stratified(known.labels.numpy(), COUNT, 0, "source"))
    features = probe.pooled(backbone, known.images[picks])
    tensors = {
        f"block{number}": torch.from_numpy(found).half()
        for number, found in enumerate(features, start=1)
    }
    folder.mkdir(parents=True, exist_ok=True)
    source_file(backbone.name, folder).write_bytes(safetensors.torch.save(tensors))
