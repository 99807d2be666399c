"""fastai: a Learner with a splitter, frozen by `freeze()` as `fine_tune` does in its first part.

Its default `train_bn=True` leaves the batch norms of frozen groups learning.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.utils.data import TensorDataset

from tests.bench.peers.work import Network, Outcome, Work, outcome


def train(work: Work, train: TensorDataset, val: TensorDataset) -> Outcome:
    from fastai.data.core import DataLoaders
    from fastai.data.load import DataLoader
    from fastai.learner import Learner
    from fastai.metrics import accuracy
    from fastai.optimizer import Adam

    torch.manual_seed(work.seed)
    model = work.network()
    before = model.fingerprint()
    told = DataLoaders(
        DataLoader(train, bs=work.batch, shuffle=True, num_workers=0),
        DataLoader(val, bs=work.batch, num_workers=0),
    )
    usual = {"loss_func": nn.CrossEntropyLoss(), "opt_func": Adam, "metrics": accuracy}
    learner = Learner(told, model, splitter=_groups, **usual)
    if work.freeze:
        learner.freeze_to(1)
    rates = [work.lr, work.head_lr]
    with learner.no_logging():
        learner.fit(work.epochs, lr=[0.0, *rates] if work.freeze else [work.lr, *rates], wd=0.01)
    return outcome(model, before, float(learner.recorder.values[-1][-1]))


def _groups(model: Network) -> list[list[nn.Parameter]]:
    parts = (model.backbone, model.learning, model.head)
    return [list(part.parameters()) for part in parts]
