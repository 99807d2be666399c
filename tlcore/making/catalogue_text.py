"""The rows of catalog.json on text backbones, counted from the built models."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from tlcore.catalog import packaged
from tlcore.making.counting import passed
from tlcore.networks.backbone import TextInput
from tlcore.networks.text import minilm
from tlcore.training.transfer import parts

TOKENS = 32  # of the text whose multiply-adds are counted: a long sentence or two short ones


def block_rows(blocks: nn.Sequential, spec: TextInput) -> list[dict[str, Any]]:
    """For each block: parameters, multiply-adds of one text of TOKENS tokens (linear layers and the
    two products of attention), width; parameters of what variants of learning would add.

    Only shapes are passed through (torch's meta device): there attention is counted, too.
    """
    x = torch.full((1, TOKENS), spec.pad + 1, device="meta")
    found = []
    for row, block, y in passed(blocks, x):
        width = y.shape[2] - 1  # the last channel is the mask
        row |= {"channels": width, "size": 0, "tokens": TOKENS}
        found.append(row | parts.counted(block, width, spec))
    return found


def _minilm() -> dict[str, Any]:
    package = packaged.PACKAGES[minilm.NAME]
    with torch.device("meta"):
        blocks = block_rows(minilm.blocks(), minilm.INPUT)
    return {
        "id": minilm.NAME,
        "family": "BERT",
        "weights": "packaged",
        "pretrained_on": "sentence_pairs",
        "size": minilm.INPUT.longest,
        "channels": minilm.INPUT.channels,
        "blocks": blocks,
        "fingerprint": package.files[package.weights],
        "licence": "Apache-2.0",
        "origin": "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2",
        "year": 2020,  # of the paper
        "top1": None,
        "paper": "https://arxiv.org/abs/2002.10957",
        "megabytes": round(package.bytes / 2**20, 1),
        "modality": "text",
        "package": package.pip,
    }


COUNTS = {minilm.NAME: _minilm}
