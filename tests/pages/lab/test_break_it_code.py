"""The lines that the page of eight faults shows: they run, and the right ones do what they say."""

from __future__ import annotations

import random

import pytest
import torch

from pages.lab.break_it import (
    code as break_code,
)
from tlcore.experiments.break_it.mishaps import FAULTS


class Tiny(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.BatchNorm1d(8))
        self.head = torch.nn.Linear(8, 3)

    def forward(self, x):
        return self.head(self.blocks(x))


def tried(code, **names):
    names |= {"torch": torch, "random": random.Random(1)}
    exec(code, names)
    return names


@pytest.mark.parametrize("fault", FAULTS)
def test_the_lines_that_are_shown_run_and_differ(fault):
    wrong, right = break_code.CODE[fault]
    for place, code in enumerate((wrong, right)):
        model = Tiny()
        names = _names(fault, model)
        names = tried(code, **names)
        assert EFFECTS[fault](names, model) == bool(place), (fault, place)


def _names(fault, model):
    class Backbones:
        @staticmethod
        def build(name, pretrained=True):
            model.built = name, pretrained
            return model

    def split(found):
        return found[::2], found[1::2]

    def copies(found):
        return [one for one in found for _ in range(2)]

    return {
        **{"model": model, "blocks": model.blocks, "mean": 0.5, "std": 0.25},
        **{"backbones": Backbones, "split": split, "copies": copies},
        "pictures": list(range(20)),
        "labels": list(range(20)),
    }


def _in_optimiser(names, model):
    held = {id(p) for g in names["optimizer"].param_groups for p in g["params"]}
    return all(id(p) in held for p in model.head.parameters())


EFFECTS = {  # whether the line does what it should
    "rate": lambda names, model: names["optimizer"].param_groups[0]["lr"] < 0.01,
    "normalisation": lambda names, model: torch.equal(
        names["use"](torch.full((2, 4), 127.5)), model(torch.zeros(2, 4))
    ),
    "drift": lambda names, model: not model.blocks[1].training,
    "lost_head": _in_optimiser,
    "labels": lambda names, model: list(names["pictures"]) == list(names["labels"]),
    "leak": lambda names, model: not set(names["train"]) & set(names["val"]),
    "too_little": lambda names, model: model.built[1],
    "source": lambda names, model: model.built[0] == "photo",
}
