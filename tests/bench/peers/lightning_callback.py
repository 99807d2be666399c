"""Lightning: the callback BackboneFinetuning, which freezes what the module calls `backbone`."""

from __future__ import annotations

import logging
import warnings
from typing import Any

import torch
from torch.nn import functional as F
from torch.utils.data import TensorDataset

from tests.bench.peers.work import Network, Outcome, Work, loaders, outcome


def train(work: Work, train: TensorDataset, val: TensorDataset) -> Outcome:
    from lightning.pytorch import LightningModule, Trainer
    from lightning.pytorch.callbacks import BackboneFinetuning

    class Module(LightningModule):  # type: ignore[misc]
        def __init__(self, network: Network) -> None:
            super().__init__()
            self.network, self.backbone = network, network.backbone

        def training_step(self, batch: Any, number: int) -> torch.Tensor:
            pictures, labels = batch
            return F.cross_entropy(self.network(pictures), labels)

        def validation_step(self, batch: Any, number: int) -> None:
            pictures, labels = batch
            scores = self.network(pictures)
            self.log("val_loss", F.cross_entropy(scores, labels))
            self.log("val_accuracy", (scores.argmax(1) == labels).float().mean())

        def configure_optimizers(self) -> torch.optim.Optimizer:
            return torch.optim.AdamW(self.network.groups(work), weight_decay=0.01)

    torch.manual_seed(work.seed)
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    model = work.network()
    before = model.fingerprint()
    learning, asked = loaders(work, train, val)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on how many processes a loader might have
        trainer = Trainer(
            accelerator="cpu",
            max_epochs=work.epochs,
            callbacks=[BackboneFinetuning(unfreeze_backbone_at_epoch=work.epochs)]
            if work.freeze
            else [],
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
            num_sanity_val_steps=0,
        )
        trainer.fit(Module(model), learning, asked)
    return outcome(model, before, float(trainer.callback_metrics["val_accuracy"]))
