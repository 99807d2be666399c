"""Features of what a backbone was trained on: python -m tlcore source clothing|photo --data DIR.

How far a data set lies from the source can be measured against these without shipping one picture
of the source: a few hundred vectors a block, no pixels.  The same command writes them again for
weights that are already there.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import safetensors.torch
import torch

from tlcore import backbones, tool_options
from tlcore.backbones import Backbone
from tlcore.backbones.weights import SOURCES, source_file
from tlcore.data.draw import stratified
from tlcore.data.images import Split
from tlcore.pretrain import probe

COUNT = 300  # pictures, equal shares of the source classes


def main(argv: Sequence[str]) -> int:
    from tlcore.pretrain import clothing, photo

    told = tool_options.source().parse_args(argv)
    parts = {"clothing": clothing.source_pictures, "photo": photo.source_pictures}
    write(backbones.build(told.name), parts[told.name](told.data))
    return 0


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
