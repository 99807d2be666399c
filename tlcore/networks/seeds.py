"""One seed, many independent streams: every draw has a name, so no draw can shift another.

The order of the data, the new head, the views of the pictures and dropout each have their own
stream.  Two plans with the same seed see the same batches in the same order, whatever else they
drew: a race between them is fair.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import torch


def derive(seed: int, *name: str | int) -> int:
    """A 63-bit number that depends on the seed and the name of the stream, nothing else."""
    text = "/".join(str(part) for part in (seed, *name))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def generator(seed: int, *name: str | int) -> torch.Generator:
    """A CPU generator for one stream."""
    return torch.Generator().manual_seed(derive(seed, *name))


@contextmanager
def fork(seed: int, *name: str | int, device: torch.device | None = None) -> Iterator[None]:
    """Inside, torch's global generators are this stream; outside, they are as they were.

    For code that takes no generator: `reset_parameters`, dropout.
    """
    cuda = [] if device is None or device.type != "cuda" else [device]
    with torch.random.fork_rng(devices=cuda):
        number = derive(seed, *name)
        torch.default_generator.manual_seed(number)
        for card in cuda:
            with torch.cuda.device(card):
                torch.cuda.manual_seed(number)
        yield
