"""A toy text backbone and toy texts: an embedding and three layers, learned in a second."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import nn

from tlcore.data.images import ImageData, Split
from tlcore.ground.recipe import Recipe, TransferPlan
from tlcore.networks.backbone import Backbone, TextInput
from tlcore.networks.text.text_blocks import Embeddings, EncoderLayer
from tlcore.training.engine import digest, train
from tlcore.training.engine.state import State

WIDTH, LAYERS, LONGEST, WORDS = 16, 3, 14, 40
SHORT = {"epochs": 3, "batch": 8}
PLANS = {
    "probe": TransferPlan(4, 4, 4),
    "an earlier layer": TransferPlan(2, 2, 2),
    "last layer": TransferPlan(4, 4, 3),
    "full": TransferPlan(4, 4, 0),
    "from scratch": TransferPlan(4, 0, 0),
    "LoRA": TransferPlan(4, 4, 0, "lora"),
    "adapters": TransferPlan(4, 4, 1, "adapters"),
    "biases": TransferPlan(4, 4, 1, "biases"),
    "first layer only": TransferPlan(4, 4, 1, "first_block"),
}
INPUT = TextInput(size=LONGEST, channels=0, mean=(), std=(), vocabulary=WORDS, pad=0)


def backbone(seed: int = 0, dropout: float = 0.1) -> Backbone:
    """Random weights in the part of learned ones."""
    blocks: OrderedDict[str, nn.Module] = OrderedDict()
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        blocks["embeddings"] = Embeddings(WORDS, LONGEST, WIDTH, 0, dropout)
        for number in range(1, LAYERS + 1):
            blocks[f"layer{number}"] = EncoderLayer(WIDTH, 2, 32, dropout)
        for block in blocks.values():
            for weight in block.parameters():
                if weight.ndim > 1:
                    nn.init.normal_(weight, std=0.3)
    row = nn.Sequential(blocks)
    return Backbone("toy", row, (WIDTH,) * (1 + LAYERS), INPUT, digest.of_module(row))


def texts(train: int = 45, val: int = 20, test: int = 30, seed: int = 0) -> ImageData:
    """Three classes, each with a word of its own somewhere; 3 to 14 words, the short ones first."""
    stream = torch.Generator().manual_seed(seed)

    def split(count: int) -> Split:
        labels = torch.randint(0, 3, (count,), generator=stream)
        lengths = torch.randint(3, LONGEST + 1, (count,), generator=stream).sort().values
        ids = torch.randint(6, WORDS, (count, LONGEST), generator=stream)
        for row, (label, length) in enumerate(zip(labels, lengths, strict=True)):
            ids[row, torch.randint(0, int(length), (1,), generator=stream)] = 3 + label
            ids[row, int(length) :] = 0
        told = tuple(" ".join(f"w{i}" for i in row if i) for row in ids.tolist())
        return Split(ids[:, : int(lengths[-1])], labels, told)

    parts = [split(train), split(val), split(test)]
    sha = digest.of_texts([digest.of_images(p.images) for p in parts])
    return ImageData("toy", ("first", "second", "third"), *parts, sha)


def rows_of(plan: TransferPlan, cache_dir=None, **recipe):
    """(rows, blocks and head as they ended)."""
    made = Recipe(**SHORT | recipe)
    running = train(backbone(), texts(), plan, made, cache_dir=cache_dir)
    rows = [next(running)]
    state: State = running.gi_frame.f_locals["state"]
    return rows + list(running), state


def minilm(**more):
    return {"backbone": "minilm", "data": "reviews", "read": 7, "keep": 7, "freeze": 7, **more}
