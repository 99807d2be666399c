"""What a model of the hub must be: its shape, written down, and the check of its config.json.

The shapes are those of the papers, by transformers' names; the file must say the same, so that
weights of another model are refused before they are fetched.  Nothing else of the file is used:
an `auto_map`, which asks a loader to run code of the repository, is read and ignored.  No torch.
"""

from __future__ import annotations

import json
from typing import Any

from tlcore.catalog.hub import REPOS
from tlcore.ground.errors import UserError

_BERT = {
    "hidden_size": 768,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "intermediate_size": 3072,
    "max_position_embeddings": 512,
    "type_vocab_size": 2,
}
_DISTILBERT = {
    "dim": 768,
    "n_layers": 6,
    "n_heads": 12,
    "hidden_dim": 3072,
    "max_position_embeddings": 512,
}
SHAPES: dict[str, dict[str, int]] = {
    "bert_base": _BERT | {"vocab_size": 30_522},  # Devlin et al. 2018, arXiv:1810.04805, section 3
    "klue_bert_base": _BERT | {"vocab_size": 32_000},  # Park et al. 2021, arXiv:2105.09680
    "distilbert_base": _DISTILBERT | {"vocab_size": 30_522},  # Sanh et al. 2019, arXiv:1910.01108
    "distilbert_multilingual": _DISTILBERT | {"vocab_size": 119_547},
    "gpt2": {  # Radford et al. 2019, table 2; 12 heads as in their code
        "n_embd": 768,
        "n_layer": 12,
        "n_head": 12,
        "n_positions": 1024,
        "vocab_size": 50_257,
    },
    "t5_small": {  # Raffel et al. 2019, arXiv:1910.10683, section 3.7
        "d_model": 512,
        "d_kv": 64,
        "d_ff": 2048,
        "num_layers": 6,
        "num_heads": 8,
        "relative_attention_num_buckets": 32,
        "vocab_size": 32_128,
    },
    "xlnet_base": {  # Yang et al. 2019, arXiv:1906.08237: the size of BERT base
        "d_model": 768,
        "n_layer": 12,
        "n_head": 12,
        "d_inner": 3072,
        "vocab_size": 32_000,
    },
}


def check(name: str, content: bytes) -> None:
    """Whether config.json is that of this row.  Raises UserError("hub.other_model", repo, what)."""
    try:
        given: Any = json.loads(content)
        wanted: dict[str, Any] = {"model_type": REPOS[name].kind} | SHAPES[name]
        other = [key for key, value in wanted.items() if given.get(key) != value]
        what = ", ".join(f"{key}={str(given.get(key))[:20]}" for key in other)
    except (ValueError, AttributeError, RecursionError):
        what = "JSON"
    if what:
        raise UserError("hub.other_model", repo=REPOS[name].id, what=what)
