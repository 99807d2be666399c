"""Hugging Face's Trainer: frozen by `requires_grad`, validated after each epoch."""

from __future__ import annotations

import tempfile
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import TensorDataset

from tests.bench import hugging_face
from tests.bench.peers.work import Network, Outcome, Work, outcome


class _Told(nn.Module):
    """The network in Trainer's words: loss and scores by name."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, pictures: torch.Tensor, labels: torch.Tensor) -> dict[str, torch.Tensor]:
        scores = self.network(pictures)
        return {"loss": F.cross_entropy(scores, labels), "logits": scores}


def train(work: Work, train: TensorDataset, val: TensorDataset) -> Outcome:
    from transformers import Trainer

    torch.manual_seed(work.seed)
    model = work.network()
    model.backbone.requires_grad_(False)
    before = model.fingerprint()
    optimizer = torch.optim.AdamW(model.groups(work), weight_decay=0.01)
    with tempfile.TemporaryDirectory() as place:
        told = hugging_face.arguments(
            place,
            epochs=work.epochs,
            batch=work.batch,
            seed=work.seed,
            per_device_eval_batch_size=work.batch,
            logging_strategy="no",
            lr_scheduler_type="constant",
            remove_unused_columns=False,
        )
        trainer = Trainer(
            model=_Told(model),
            args=told,
            train_dataset=train,
            eval_dataset=val,
            data_collator=_collated,
            compute_metrics=hugging_face.accuracy,
            optimizers=(optimizer, None),
        )
        trainer.remove_callback(_printer())
        trainer.train()
        [last] = [row for row in trainer.state.log_history if row.get("epoch") == work.epochs][:1]
    return outcome(model, before, float(last["eval_accuracy"]))


def _printer() -> Any:
    from transformers.trainer_callback import PrinterCallback

    return PrinterCallback


def _collated(rows: list[tuple[torch.Tensor, torch.Tensor]]) -> dict[str, torch.Tensor]:
    pictures, labels = zip(*rows, strict=True)
    return {"pictures": torch.stack(pictures), "labels": torch.stack(labels)}
