"""The frozen part of the network, run once instead of in every step.

A frozen block in eval mode gives the same output for the same picture, to the bit, so the output
of the last one is stored and training starts behind it.  With nothing left to learn but the head,
what is stored is the pooled feature: pooling a 1x1 map changes nothing, so the same head reads it.
Head only: an epoch costs 10^2-10^3 times less than with the forward pass repeated.
"""

from __future__ import annotations

import json

import torch
from torch import nn

from tlcore.ground.recipe import Compute
from tlcore.networks.backbone import InputSpec, TextInput, ready
from tlcore.training.engine import digest, place, texts
from tlcore.training.engine.disk import FeatureStore

FORMAT = 1  # raise it when the same key would mean other features


class Prefix:
    """Pictures -> what the learning part reads: prepared, through the frozen blocks, detached."""

    def __init__(
        self, blocks: nn.Sequential, pool: nn.Module | None, spec: InputSpec, compute: Compute
    ) -> None:
        self.blocks = blocks.eval()
        self.pool = pool  # the head's pooling, where no learning block lies before it
        self.spec = spec
        self.compute = compute
        self.device = place.device(compute)
        self.memory_format = place.memory_format(compute)
        self.hashes = [digest.of_module(block) for block in blocks]

    def __call__(self, images: torch.Tensor) -> torch.Tensor:
        """uint8 (N, C, H, W) -> features (N, ...) on the device.  N > 1, see `batches.sizes`."""
        return self.deepen(ready(images.to(self.device), self.spec), 0)

    def shortened(self, given: torch.Tensor) -> torch.Tensor:
        """Texts, or what a block made of them, without the columns that only pad; a picture is
        left as it is."""
        return texts.shortened(given, self.spec) if isinstance(self.spec, TextInput) else given

    def deepen(self, features: torch.Tensor, depth: int) -> torch.Tensor:
        """Output of the first `depth` blocks -> output of all of them."""
        with torch.no_grad(), place.autocast(self.compute):
            features = self.lay_out(features)
            for block in list(self.blocks)[depth:]:
                features = block(features)
        return features if self.pool is None else self.pool(features.float())

    def lay_out(self, features: torch.Tensor) -> torch.Tensor:
        """The same values in the run's memory format.

        Flattened and viewed again, because with one channel (or a 1x1 map) several strides describe
        the same memory, and the convolution chooses its kernel, and so the last bit, by strides.
        """
        if features.ndim == 4 and self.memory_format == torch.channels_last:
            last = features.permute(0, 2, 3, 1)
            return last.flatten().view(last.shape).permute(0, 3, 1, 2)
        return features.flatten().view(features.shape)

    def name(self, images: str, view: str, depth: int, pooled: bool) -> str:
        """Everything that decides the bits of a stored feature, hashed."""
        decides = {
            "format": FORMAT,
            "torch": torch.__version__,
            "processor": torch.backends.cpu.get_cpu_capability(),
            "blocks": self.hashes[:depth],
            "input": str(self.spec),
            "compute": str(self.compute),
            "images": images,
            "view": view,
            "pooled": pooled,
        }
        return digest.of_texts([json.dumps(decides, sort_keys=True)])[:32]

    def own_name(self, images: str, view: str) -> str:
        return self.name(images, view, len(self.blocks), self.pool is not None)

    def ready(self, disk: FeatureStore, images: str, view: str) -> torch.Tensor | None:
        """Stored features that need nothing more."""
        return disk.load(self.own_name(images, view))

    def start(self, disk: FeatureStore, images: str, view: str) -> tuple[int, torch.Tensor | None]:
        """Deepest stored output of fewer blocks, as (blocks passed, features), else (0, None).

        Freezing one block more continues from the last run's features instead of the pictures.
        """
        deepest = len(self.blocks) if self.pool is not None else len(self.blocks) - 1
        for depth in range(deepest, 0, -1):
            found = disk.load(self.name(images, view, depth, False))
            if found is not None:
                return depth, found
        return 0, None
