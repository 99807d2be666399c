"""Fine-tuning MiniLM here against Hugging Face's Trainer: CPU seconds for the same work.

The same work: the same texts in the same tokens, the same encoder and weights under the same mean
over words and linear head, epochs, batch, rates and dropout; validated after each epoch, tested
once, one thread, fp32.  With a frozen encoder ours passes each text through it once.
"""

from __future__ import annotations

import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from tests.bench import hugging_face
from tests.bench.table import Line
from tests.bench.timing import Took, in_turns, spread
from tlcore.catalog import packaged
from tlcore.data.texts import text_sets, texts
from tlcore.experiments.text.presets import spec
from tlcore.ground.recipe import Compute
from tlcore.ground.spread import wilson
from tlcore.networks import torchvision_import
from tlcore.networks.text import minilm
from tlcore.runs import worker
from tlcore.runs.spec import FineTuneSpec
from tlcore.training.transfer import fine_tune

ROUNDS = 3
FEATURES = spec("features", epochs=10)
FULL = spec("full", epochs=2)


class Classifier(nn.Module):
    """transformers' encoder, the mean over its words, a linear head."""

    def __init__(self, classes: int, frozen: bool) -> None:
        from transformers import BertModel

        super().__init__()
        folder = packaged.file(minilm.NAME, "model.safetensors").parent
        self.encoder = BertModel.from_pretrained(folder, add_pooling_layer=False)
        self.head = nn.Linear(minilm.WIDTH, classes)
        if frozen:
            self.encoder.requires_grad_(False)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, labels: torch.Tensor
    ) -> dict[str, torch.Tensor]:
        words = self.encoder(input_ids, attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(words.dtype)
        scores = self.head((words * mask).sum(1) / mask.sum(1))
        return {"loss": F.cross_entropy(scores, labels), "logits": scores}


def lines() -> list[Line]:
    if find_spec("accelerate") is None:
        needs = "not measured: it needs tests/bench/requirements.txt"
        return [Line("MiniLM against Hugging Face's Trainer", needs, "", "")]
    worker.warm()
    torchvision_import.ensure()  # Trainer imports all of transformers
    return [
        _line("feature extraction, 10 epochs", FEATURES, "≥ 8 x less CPU time"),
        _line("full fine-tuning, 2 epochs", FULL, "never slower"),
    ]


def _line(name: str, asked: FineTuneSpec, target: str) -> Line:
    with tempfile.TemporaryDirectory() as place:

        def ours(seed: int) -> float:
            told = asked.model_copy(update={"seed": seed})
            *_, result = fine_tune.rows_of(told, Compute(), cache=Path(place) / f"{seed}")
            return float(result["test_accuracy"])

        took = in_turns({"ours": ours, "trainer": lambda seed: _trainer(asked, seed)}, ROUNDS)
    ratios = [t.cpu / o.cpu for t, o in zip(took["trainer"], took["ours"], strict=True)]
    count = len(text_sets.read(asked.data).test)
    return Line(
        f"{name}: against Hugging Face's Trainer",
        f"{spread(ratios, 1)} x less CPU time ({_seconds(took['ours'])} s against "
        f"{_seconds(took['trainer'])} s); accuracy {_accuracy(took['ours'], count)} against "
        f"{_accuracy(took['trainer'], count)}",
        target,
        f"MiniLM on {asked.train_size} {asked.data}, batch {asked.batch}, fp32, one thread, "
        f"{ROUNDS} seeds in turns, nothing stored before; validated after each epoch, tested once",
    )


def _seconds(took: list[Took]) -> str:
    return spread([t.cpu for t in took], 1)


def _accuracy(took: list[Took], count: int) -> str:
    """Mean over the seeds; the interval is that of so many test texts."""
    mean = sum(t.made for t in took) / len(took)
    low, high = wilson(round(mean * count), count)
    return f"{mean:.3f} (95 %: {low:.3f} to {high:.3f})"


def _trainer(asked: FineTuneSpec, seed: int) -> float:
    """Test accuracy after what a tutorial's page of Trainer does, texts padded by the batch."""
    from transformers import Trainer

    torch.manual_seed(seed)
    data = texts.load(asked.data, asked.train_size, seed, minilm.NAME)
    model = Classifier(len(data.classes), frozen=asked.freeze == asked.read)
    groups = [
        {"params": [p for p in model.encoder.parameters() if p.requires_grad], "lr": asked.lr},
        {"params": model.head.parameters(), "lr": asked.head_lr},
    ]
    optimizer = torch.optim.AdamW([g for g in groups if g["params"]], weight_decay=0.0)
    with tempfile.TemporaryDirectory() as place:
        told = hugging_face.arguments(
            place,
            epochs=asked.epochs,
            batch=asked.batch,
            seed=seed,
            per_device_eval_batch_size=64,
            logging_strategy="epoch",
        )
        trainer = Trainer(
            model=model,
            args=told,
            train_dataset=_rows(data.train),
            eval_dataset=_rows(data.val),
            data_collator=_padded,
            compute_metrics=hugging_face.accuracy,
            optimizers=(optimizer, None),
        )
        trainer.train()
        return float(trainer.predict(_rows(data.test)).metrics["test_accuracy"])


def _rows(part: Any) -> list[dict[str, torch.Tensor]]:
    return [
        {"input_ids": ids[ids != minilm.INPUT.pad], "labels": label}
        for ids, label in zip(part.images, part.labels, strict=True)
    ]


def _padded(rows: list[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    ids = nn.utils.rnn.pad_sequence([row["input_ids"] for row in rows], batch_first=True)
    labels = torch.stack([row["labels"] for row in rows])
    return {"input_ids": ids, "attention_mask": (ids != minilm.INPUT.pad).long(), "labels": labels}
