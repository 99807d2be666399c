"""all-MiniLM-L6-v2: a BERT encoder of six layers that an installed package carries.

Distilled from a larger encoder (Wang et al. 2020, arXiv:2002.10957), then trained by
sentence-transformers so that the mean over its words tells how alike two sentences are.  So it has
no head that fills a blank, and its last layers lean towards what a sentence is about.
The package's files are read (tlcore.catalog.packaged); none of its code runs.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import cache
from typing import TYPE_CHECKING

import safetensors.torch
import torch
from torch import nn

from tlcore.catalog import packaged
from tlcore.ground.errors import UserError
from tlcore.networks.backbone import TextInput
from tlcore.networks.text.text_blocks import Embeddings, EncoderLayer

if TYPE_CHECKING:
    from tokenizers import Tokenizer

NAME = "minilm"
# Longer texts are cut at 128 tokens, as in the training of sentence-transformers.
INPUT = TextInput(size=128, channels=0, mean=(), std=(), vocabulary=30_522, pad=0)
WIDTH, LAYERS, HEADS, INNER, POSITIONS, DROPOUT = 384, 6, 12, 1536, 512, 0.1
CHANNELS = (WIDTH,) * (1 + LAYERS)

THEIRS = {  # our name of a module inside its block: the file's
    "word": "word_embeddings",
    "position": "position_embeddings",
    "segment": "token_type_embeddings",
    "norm": "LayerNorm",
    "attention.query": "attention.self.query",
    "attention.key": "attention.self.key",
    "attention.value": "attention.self.value",
    "attention.out": "attention.output.dense",
    "attention_norm": "attention.output.LayerNorm",
    "feed_forward.expand": "intermediate.dense",
    "feed_forward.contract": "output.dense",
    "feed_forward_norm": "output.LayerNorm",
}


def blocks() -> nn.Sequential:
    """The blocks, randomly initialised: ids (N, T) -> (N, T, 385)."""
    named: OrderedDict[str, nn.Module] = OrderedDict()
    named["embeddings"] = Embeddings(INPUT.vocabulary, POSITIONS, WIDTH, INPUT.pad, DROPOUT)
    for number in range(1, LAYERS + 1):
        named[f"layer{number}"] = EncoderLayer(WIDTH, HEADS, INNER, DROPOUT)
    return nn.Sequential(named)


def read() -> tuple[dict[str, torch.Tensor], str]:
    """The weights by our names, and the sha256 of their file.

    What fills no block (the pooler, which sentence-transformers does not use) is left out.
    Raises UserError: weights.not_installed, weights.package_damaged.
    """
    package = packaged.PACKAGES[NAME]
    path = packaged.file(NAME, package.weights)
    try:
        tensors = safetensors.torch.load_file(path)
    except (OSError, safetensors.SafetensorError):  # gone since it was checked
        raise UserError(
            "weights.package_damaged", file=package.weights, package=package.pip
        ) from None
    with torch.device("meta"):
        wanted = blocks().state_dict()
    return {ours: tensors[theirs(ours)] for ours in wanted}, package.files[package.weights]


@cache
def tokenizer() -> Tokenizer:
    """Its own, with 30,522 pieces of English; capitals become small letters.

    Raises UserError: weights.not_installed, weights.package_damaged.
    """
    from tokenizers import Tokenizer

    made: Tokenizer = Tokenizer.from_file(str(packaged.file(NAME, "tokenizer.json")))
    return made


def theirs(ours: str) -> str:
    """ "layer1.attention.query.weight" -> "encoder.layer.0.attention.self.query.weight"."""
    block, _, inside = ours.partition(".")
    module, _, parameter = inside.rpartition(".")
    place = "embeddings" if block == "embeddings" else f"encoder.layer.{int(block[5:]) - 1}"
    return f"{place}.{THEIRS[module]}.{parameter}"
