"""What the pre-training commands share: their options, and what a card says of the machine."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from tlcore.ground.recipe import Compute
from tlcore.making import pretrain_options
from tlcore.making.pretrain.loop import Recipe
from tlcore.networks.weights import FOLDER
from tlcore.training.engine.place import device as usable


def parse(name: str, recipe: Recipe, argv: Sequence[str]) -> argparse.Namespace:
    """What was asked of `python -m tlcore pretrain <name>`; sets the number of threads.

    Raises UserError("device.no_cuda").
    """
    options: argparse.ArgumentParser = getattr(pretrain_options, name)()
    args = options.parse_args(list(argv))
    usual = {"epochs": recipe.epochs, "threads": torch.get_num_threads(), "out": FOLDER}
    pretrain_options.filled(args, **usual)
    usable(Compute(args.device))
    torch.set_num_threads(args.threads)
    return args


class Facts:
    """Begins to count the seconds when it is made."""

    def __init__(self, name: str, told: argparse.Namespace) -> None:
        self.started = time.monotonic()
        self.name, self.told = name, told

    def read(self, seconds_before: float) -> dict[str, Any]:
        told = self.told
        cores = f"{told.threads} CPU core{'s' if told.threads > 1 else ''}"
        options = ("epochs", "seed", "threads", "device", "precision")
        words = " ".join(f"--{option} {getattr(told, option)}" for option in options)
        return {
            "command": f"python -m tlcore pretrain {self.name} --data DIR {words}",
            "machine": torch.cuda.get_device_name() if told.device == "cuda" else cores,
            "precision": told.precision,
            "seconds": round(seconds_before + time.monotonic() - self.started),
        }


def write_card(path: Path, card: dict[str, Any]) -> None:
    text = json.dumps(card, indent=2, ensure_ascii=False) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")
