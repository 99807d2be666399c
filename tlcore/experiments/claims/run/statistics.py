"""Batch-norm statistics taken from a batch, and their drift while a "frozen" network trains."""

from __future__ import annotations

import copy

import torch
from torch import nn
from torch.nn import functional as F

from tlcore.training.engine import batches, digest


@torch.no_grad()
def restated(net: nn.Sequential, x: torch.Tensor) -> nn.Sequential:
    """A copy whose batch-norms hold the mean and variance of these pictures; no weight changes.

    One pass in train mode with momentum 1: the pictures are one batch, so each normalisation sees
    what those before it make of the same pictures.  As tlcore.training.engine.norm_statistics,
    which needs no memory for all pictures at once, but for n - 1 in place of n under the variance.
    """
    net = copy.deepcopy(net).train()
    norms = [module for module in net.modules() if isinstance(module, nn.BatchNorm2d)]
    usual = [norm.momentum for norm in norms]
    for norm in norms:
        norm.momentum = 1.0
    net(x)
    for norm, momentum in zip(norms, usual, strict=True):
        norm.momentum = momentum
    return net.eval()


def under_a_new_head(
    blocks: nn.Sequential,
    head: nn.Sequential,
    x: torch.Tensor,
    labels: torch.Tensor,
    epochs: int,
    batch: int,
    seed: int,
    train_mode: bool,
) -> nn.Sequential:
    """A copy of the blocks after `head` has learned on them.  No gradient reaches them; in train
    mode, which is what `model.train()` on the whole network leaves, their statistics drift."""
    blocks = copy.deepcopy(blocks).requires_grad_(False).train(train_mode)
    head = copy.deepcopy(head)
    rule = torch.optim.Adam(head.parameters(), 1e-2)
    for epoch in range(1, epochs + 1):
        for picks in batches.deal(len(x), batch, seed, epoch):
            loss = F.cross_entropy(head(blocks(x[picks])), labels[picks])
            rule.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            rule.step()
    return blocks.eval()


def hashes(blocks: nn.Module) -> tuple[str, str]:
    """Of the weights, and of the buffers, which batch-norm's statistics are."""
    weights = [f"{name} {digest.of_images(p.detach())}" for name, p in blocks.named_parameters()]
    buffers = [f"{name} {digest.of_images(b)}" for name, b in blocks.named_buffers()]
    return digest.of_texts(weights), digest.of_texts(buffers)
