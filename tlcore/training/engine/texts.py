"""A batch of texts goes no further to the right than its longest one."""

from __future__ import annotations

import torch

from tlcore.networks.backbone import TextInput
from tlcore.networks.text.text_blocks import part


def shortened(given: torch.Tensor, spec: TextInput) -> torch.Tensor:
    """Ids (N, T), or what a block made of them, without the columns in which every text is padding.

    What is left says the same to rounding: no word looks at padding, no mean counts it.
    """
    words = given != spec.pad if given.ndim == 2 else part(given)[1] > 0
    return given[:, : max(1, int(words.sum(1).max()))]
