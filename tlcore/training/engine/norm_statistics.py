"""Batch-norm statistics of kept blocks, measured anew on the training pictures (AdaBN).

A batch-norm in eval mode subtracts the mean of the pictures it was trained on.  Where the new ones
look otherwise (another light, another camera), those of the new ones repair a good part of the
damage without learning a single weight (Li et al. 2016, arXiv:1603.04779).
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import nn

from tlcore.data.images import Split
from tlcore.ground.recipe import Compute, TransferPlan
from tlcore.networks.backbone import InputSpec
from tlcore.training.engine import batches, place, supply
from tlcore.training.engine.cache import Prefix


def renew(
    blocks: nn.Sequential, plan: TransferPlan, split: Split, spec: InputSpec, compute: Compute
) -> None:
    """Of the kept blocks behind `freeze`, in place; no weight changes, and nothing is drawn."""
    prepared = Prefix(nn.Sequential(), None, spec, compute)
    dealt = batches.in_order(len(split), supply.chunk_of(spec, compute))
    blocks.eval()
    with torch.no_grad(), place.autocast(compute):
        for number in range(plan.freeze + 1, plan.keep + 1):
            for norm in norms(blocks[number - 1]):
                pictures = (prepared(split.images[picks]) for picks in dealt)
                measure(norm, blocks[:number], pictures)


def norms(block: nn.Module) -> list[nn.BatchNorm2d]:
    """In the order in which a picture passes them."""
    return [module for module in block.modules() if isinstance(module, nn.BatchNorm2d)]


def measure(norm: nn.BatchNorm2d, blocks: nn.Module, pictures: Iterable[torch.Tensor]) -> None:
    """Mean and variance of all that reaches `norm` while the pictures pass `blocks`.

    One normalisation after the other, from the input on: what reaches one depends on those before
    it.  Afterwards eval mode gives what train mode gives on all pictures as one batch.
    """
    sums = torch.zeros(3, norm.num_features, dtype=torch.float64)  # how many, their sum, of squares

    def add(_: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
        x = inputs[0].double().transpose(0, 1).flatten(1).cpu()  # (channels, all the rest)
        sums.add_(torch.stack([torch.ones_like(x).sum(1), x.sum(1), (x * x).sum(1)]))

    watching = norm.register_forward_pre_hook(add)
    try:
        for some in pictures:
            blocks(some)
    finally:
        watching.remove()
    count, total, squares = sums
    mean = total / count
    norm.get_buffer("running_mean").copy_(mean)
    norm.get_buffer("running_var").copy_((squares / count - mean**2).clamp_min(0))
