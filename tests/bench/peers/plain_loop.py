"""The PyTorch tutorial's loop: frozen by `requires_grad`, the whole network in train mode.

After "Transfer Learning for Computer Vision" (Chilamkurthy, pytorch.org/tutorials), with AdamW.
"""

from __future__ import annotations

import torch
from torch.nn import functional as F
from torch.utils.data import TensorDataset

from tests.bench.peers.work import Outcome, Work, accuracy, loaders, outcome


def train(work: Work, train: TensorDataset, val: TensorDataset) -> Outcome:
    torch.manual_seed(work.seed)
    model = work.network()
    for parameter in model.backbone.parameters():
        parameter.requires_grad = False
    before = model.fingerprint()
    optimizer = torch.optim.AdamW(model.groups(work), weight_decay=0.01)
    learning, asked = loaders(work, train, val)
    found = 0.0
    for _ in range(work.epochs):
        model.train()
        for pictures, labels in learning:
            optimizer.zero_grad()
            F.cross_entropy(model(pictures), labels).backward()
            optimizer.step()
        found = accuracy(model, asked)
    return outcome(model, before, found)
