"""A tiny random model of each family, in the layout of the hub: what its files would hold."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors.torch
import torch

from tlcore.data.texts import tokenizer
from tlcore.networks import seeds, torchvision_import

VOCABULARY = tokenizer.ENTRIES  # the tokenizer of this project stands in for each of theirs
PLAIN: dict[str, Any] = {"attn_implementation": "eager"}


@dataclass(frozen=True)
class Tiny:
    """`shape`: as tlcore.catalog.hub_config has it; `config`: what config.json says; `whole`,
    `body`: the names of transformers' classes, with the pre-training's head and without."""

    shape: dict[str, int]
    config: dict[str, Any]
    whole: str
    body: str


_BERT = {
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 32,
    "max_position_embeddings": 128,
    "type_vocab_size": 2,
    "vocab_size": VOCABULARY,
}
_DISTIL = {
    "dim": 16,
    "n_layers": 2,
    "n_heads": 4,
    "hidden_dim": 32,
    "max_position_embeddings": 128,
    "vocab_size": VOCABULARY,
}
_GPT2 = {"n_embd": 16, "n_layer": 2, "n_head": 4, "n_positions": 128, "vocab_size": VOCABULARY}
_T5 = {
    "d_model": 16,
    "d_kv": 8,
    "d_ff": 32,
    "num_layers": 2,
    "num_heads": 4,
    "relative_attention_num_buckets": 32,
    "vocab_size": VOCABULARY,
}
_XLNET = {"d_model": 16, "n_layer": 2, "n_head": 4, "d_inner": 32, "vocab_size": VOCABULARY}
TINY = {  # kind: a model of it
    "bert": Tiny(_BERT, {}, "BertForPreTraining", "BertModel"),
    "distilbert": Tiny(_DISTIL, {}, "DistilBertForMaskedLM", "DistilBertModel"),
    "gpt2": Tiny(_GPT2, {}, "GPT2LMHeadModel", "GPT2Model"),
    "t5": Tiny(
        _T5,
        {"num_decoder_layers": 2, "decoder_start_token_id": 0},
        "T5ForConditionalGeneration",
        "T5EncoderModel",
    ),
    "xlnet": Tiny(_XLNET, {"mem_len": None}, "XLNetLMHeadModel", "XLNetModel"),
}
CONFIGS = {
    "bert": "BertConfig",
    "distilbert": "DistilBertConfig",
    "gpt2": "GPT2Config",
    "t5": "T5Config",
    "xlnet": "XLNetConfig",
}


def whole(kind: str, seed: int = 0) -> Any:
    """transformers' own class with random weights, in evaluation mode."""
    torchvision_import.ensure()
    import transformers

    tiny = TINY[kind]
    # T5 computes in its own plain way; the others' fast form gives rows of padding other numbers.
    more = {} if kind in ("t5", "xlnet") else PLAIN
    config = getattr(transformers, CONFIGS[kind])(**tiny.shape, **tiny.config, **more)
    with seeds.fork(seed, "tiny hub", kind):
        made = getattr(transformers, tiny.whole)(config)
        with torch.no_grad():
            for weight in made.parameters():  # norms and biases begin as ones and zeros
                weight.add_(0.05 * torch.randn(weight.shape))
    return made.eval()


def files(kind: str, seed: int = 0, old_names: bool = False) -> dict[str, bytes]:
    """What the repository holds, its pickle and its code among it."""
    state, seen = {}, set()
    for name, weight in whole(kind, seed).state_dict().items():
        if weight.data_ptr() in seen:
            continue
        seen.add(weight.data_ptr())
        if old_names:
            name = name.replace("LayerNorm.weight", "LayerNorm.gamma")
            name = name.replace("LayerNorm.bias", "LayerNorm.beta")
        state[name] = weight.contiguous()
    tiny = TINY[kind]
    told = {"model_type": kind, **tiny.shape, **tiny.config}
    told["auto_map"] = {"AutoModel": "modeling.Model"}
    return {
        "config.json": json.dumps(told).encode(),
        "model.safetensors": safetensors.torch.save(state, {"format": "pt"}),
        "tokenizer.json": Path(tokenizer.FILE).read_bytes(),
        "pytorch_model.bin": b"a pickle, which nobody may ask for",
        "modeling.py": b"raise RuntimeError('code of a repository ran')",
    }
