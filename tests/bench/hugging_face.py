"""What both benches ask of Hugging Face's Trainer, quiet and on the CPU."""

from __future__ import annotations

from typing import Any

import numpy as np


def arguments(folder: str, *, epochs: int, batch: int, seed: int, **more: Any) -> Any:
    """Validated after each epoch; nothing is saved, drawn or sent anywhere."""
    from transformers import TrainingArguments

    usual: dict[str, Any] = {
        "output_dir": folder,
        "num_train_epochs": epochs,
        "per_device_train_batch_size": batch,
        "eval_strategy": "epoch",
        "save_strategy": "no",
        "report_to": [],
        "use_cpu": True,
        "disable_tqdm": True,
        "dataloader_pin_memory": False,
        "seed": seed,
    }
    return TrainingArguments(**usual, **more)


def accuracy(told: Any) -> dict[str, float]:
    """`compute_metrics` of Trainer."""
    return {"accuracy": float(np.mean(told.predictions.argmax(-1) == told.label_ids))}
