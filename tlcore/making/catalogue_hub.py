"""The rows of catalog.json on the hub's language models: counted from the shapes, nothing fetched.

Licences are those that the repositories' own pages name; GPT-2's paper is at no archive that gives
a number, so the row has none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import nn

from tlcore.catalog import hub
from tlcore.networks.text import hub_text
from tlcore.networks.text.hub_text import HubText


@dataclass(frozen=True)
class Facts:
    """What is known of a model beside its shape."""

    family: str
    licence: str
    year: int  # of the paper
    paper: str


FACTS = {
    "bert_base": Facts("BERT", "Apache-2.0", 2018, "https://arxiv.org/abs/1810.04805"),
    "distilbert_base": Facts("DistilBERT", "Apache-2.0", 2019, "https://arxiv.org/abs/1910.01108"),
    "gpt2": Facts("GPT", "MIT", 2019, ""),
    "t5_small": Facts("T5", "Apache-2.0", 2019, "https://arxiv.org/abs/1910.10683"),
    "xlnet_base": Facts("XLNet", "MIT", 2019, "https://arxiv.org/abs/1906.08237"),
    "distilbert_multilingual": Facts(
        "DistilBERT", "Apache-2.0", 2019, "https://arxiv.org/abs/1910.01108"
    ),
    "klue_bert_base": Facts("BERT", "CC-BY-SA-4.0", 2021, "https://arxiv.org/abs/2105.09680"),
}


def counts() -> dict[str, Callable[[], dict[str, Any]]]:
    return {name: partial(_row, name, hub_text.MODELS[name]) for name in FACTS}


def _row(name: str, made: HubText) -> dict[str, Any]:
    from tlcore.making.catalogue_text import block_rows
    from tlcore.networks.language.hub_models import published

    facts, repo = FACTS[name], hub.REPOS[name]
    with torch.device("meta"):
        blocks = made.blocks()
        whole = numbers(published(name))
    return {
        "id": name,
        "family": facts.family,
        "weights": "hub",
        "pretrained_on": "hub_text",
        "size": made.INPUT.longest,
        "channels": made.INPUT.channels,
        "blocks": block_rows(blocks, made.INPUT),
        "fingerprint": "",  # known when the file has been seen
        "licence": facts.licence,
        "origin": hub.page(repo),
        "year": facts.year,
        "top1": None,
        "paper": facts.paper,
        "whole": whole,
        "megabytes": round(4 * whole / 2**20, 1),  # fp32; the file has a little more
        "modality": "text",
        "hub": repo.id,
    }


def numbers(model: nn.Module) -> int:
    """Parameters with the pre-training's head; a table that is used twice is counted once."""
    return sum(weight.numel() for weight in model.parameters())
