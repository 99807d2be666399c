"""What every channel of every block answers: to one picture, and to many that it is compared with.

"Strong" needs a measure: some channels answer loudly to anything.  So a channel's answer is its
strongest place, and how strong that is, is told against the reference pictures: how many of them
it answers more weakly, and how many standard deviations above their mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import nn

from tlcore.networks.backbone import InputSpec, prepare
from tlcore.training.transfer.features import chunks, laid_out


@dataclass
class Reference:
    """Of one block, over N pictures and C channels."""

    best: torch.Tensor  # (N, C): each picture's strongest place
    where: torch.Tensor  # (N, C): that place, row * width + column
    low: torch.Tensor  # (C,): weakest and strongest answer anywhere
    high: torch.Tensor
    size: int  # side of the map

    def stands_out(self, answers: torch.Tensor) -> torch.Tensor:
        """(C, h, w) -> (C,): its strongest place, in deviations from the pictures' mean one.

        A channel that answers every picture alike, a silent one above all, has nothing to tell: 0.
        """
        spread, mean = torch.std_mean(self.best, dim=0)
        strongest = answers.flatten(1).amax(1)
        told = (strongest - mean) / spread.clamp_min(1e-12)
        return torch.where(spread > 1e-6 * self.high.abs().clamp_min(1e-12), told, 0.0)

    def weaker(self, answers: torch.Tensor) -> torch.Tensor:
        """(C, h, w) -> (C,): share of the pictures whose strongest place is weaker."""
        return (self.best < answers.flatten(1).amax(1)).float().mean(0)

    def brightness(self, answers: torch.Tensor) -> torch.Tensor:
        """(C, h, w) -> the same in 0 .. 1: from the channel's weakest answer to its strongest."""
        low, high = (x[:, None, None] for x in (self.low, self.high))
        return ((answers - low) / (high - low).clamp_min(1e-12)).clamp(0, 1)

    def liked(self, channel: int, most: int) -> list[int]:
        """The pictures that the channel answers most strongly, the strongest first; fewer where it
        is silent on the rest."""
        found = self.best[:, channel].topk(min(most, len(self.best))).indices.tolist()
        return [i for i in found if self.best[i, channel] > self.low[channel]]


@dataclass(frozen=True)
class Answers:
    """Of every block: to the picture, (channels, h, w) each, and to those it is compared with."""

    one: list[torch.Tensor]
    many: list[Reference]


def to_one(blocks: nn.Sequential, into: InputSpec, image: torch.Tensor) -> list[torch.Tensor]:
    """uint8 (1, C, H, W) -> each block's (channels, h, w)."""
    return [found[0] for found in _through(blocks, prepare(image, into))]


def to_many(
    blocks: nn.Sequential, into: InputSpec, images: torch.Tensor
) -> Iterator[tuple[int, list[Reference] | None]]:
    """uint8 (N, C, H, W) -> pictures passed, chunk by chunk; the last one brings the answers."""
    parts: list[list[Reference]] = []
    done = 0
    for chunk in chunks(images, into.size):
        parts.append([_reference(found) for found in _through(blocks, prepare(chunk, into))])
        done += len(chunk)
        yield done, None
    yield done, [_joined(list(block)) for block in zip(*parts, strict=True)]


@torch.no_grad()
def _through(blocks: nn.Sequential, x: torch.Tensor) -> Iterator[torch.Tensor]:
    for block in blocks.eval():
        x = block(x)
        yield laid_out(x)


def _reference(found: torch.Tensor) -> Reference:
    flat = found.flatten(2)
    best, where = flat.max(2)
    return Reference(best, where, flat.amin((0, 2)), flat.amax((0, 2)), found.shape[-1])


def _joined(parts: list[Reference]) -> Reference:
    return Reference(
        torch.cat([part.best for part in parts]),
        torch.cat([part.where for part in parts]),
        torch.stack([part.low for part in parts]).amin(0),
        torch.stack([part.high for part in parts]).amax(0),
        parts[0].size,
    )
