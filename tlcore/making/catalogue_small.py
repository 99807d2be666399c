"""The rows of catalog.json on this project's small language models: those whose files are there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch

from tlcore.networks.text import text_small
from tlcore.networks.text.text_small import SmallText
from tlcore.networks.weights import card, file_of

FAMILIES = {  # objective: family, and the paper that taught it
    "masked": ("BERT", "https://arxiv.org/abs/1810.04805"),
    "korean": ("BERT", "https://arxiv.org/abs/1810.04805"),
    "causal": ("GPT", ""),
    "skipgram": ("Word2Vec", "https://arxiv.org/abs/1301.3781"),
    "bilstm": ("ELMo", "https://arxiv.org/abs/1802.05365"),
    "permutation": ("XLNet", "https://arxiv.org/abs/1906.08237"),
    "span": ("T5", "https://arxiv.org/abs/1910.10683"),
    "cooccurrence": ("GloVe", ""),
}


def counts() -> dict[str, Callable[[], dict[str, Any]]]:
    return {made.NAME: partial(_row, made) for made in text_small.MODELS.values()}


def _row(made: SmallText) -> dict[str, Any]:
    from tlcore.making.catalogue_text import block_rows

    known = card(made.NAME)
    family, paper = FAMILIES[made.objective]
    with torch.device("meta"):
        blocks = made.blocks().to("meta")  # XLNet's own tensors take no notice of the context
    return {
        "id": made.NAME,
        "family": family,
        "weights": "embedded",
        "pretrained_on": "text_corpus",
        "size": made.INPUT.longest,
        "channels": made.INPUT.channels,
        "blocks": block_rows(blocks, made.INPUT),
        "fingerprint": known["sha256"],
        "licence": known["licence"],
        "origin": known["origin"],
        "year": known["year"],
        "top1": None,
        "paper": paper,
        "megabytes": round(file_of(made.NAME).stat().st_size / 2**20, 2),
        "modality": "text",
    }
