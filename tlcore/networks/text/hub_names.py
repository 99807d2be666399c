"""The weights of the hub's models by the names of our blocks.

Their files carry more than the blocks: heads of the pre-training, buffers, a second name of a
shared table.  Each of our weights has one name there, sometimes with the model's name in front
("bert.") and sometimes without; old files call a norm's weight gamma and its bias beta.  What lies
transposed or in three axes there is laid out here as a linear layer has it.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch

from tlcore.ground.errors import UserError
from tlcore.networks.text import minilm

OLD = {".LayerNorm.weight": ".LayerNorm.gamma", ".LayerNorm.bias": ".LayerNorm.beta"}
FRONT = {  # kind: what may stand in front of every name
    "bert": ("bert.", ""),
    "distilbert": ("distilbert.", ""),
    "gpt2": ("", "transformer."),
    "t5": ("",),
    "xlnet": ("transformer.", ""),
}
DISTILBERT = {
    "attention.query": "attention.q_lin",
    "attention.key": "attention.k_lin",
    "attention.value": "attention.v_lin",
    "attention.out": "attention.out_lin",
    "attention_norm": "sa_layer_norm",
    "feed_forward.expand": "ffn.lin1",
    "feed_forward.contract": "ffn.lin2",
    "feed_forward_norm": "output_layer_norm",
}
GPT2 = {
    "attention_norm": "ln_1",
    "attention.into": "attn.c_attn",
    "attention.out": "attn.c_proj",
    "feed_forward_norm": "ln_2",
    "feed_forward.expand": "mlp.c_fc",
    "feed_forward.contract": "mlp.c_proj",
}
T5 = {
    "attention_norm": "layer.0.layer_norm",
    "attention.query": "layer.0.SelfAttention.q",
    "attention.key": "layer.0.SelfAttention.k",
    "attention.value": "layer.0.SelfAttention.v",
    "attention.out": "layer.0.SelfAttention.o",
    "feed_forward_norm": "layer.1.layer_norm",
    "feed_forward.expand": "layer.1.DenseReluDense.wi",
    "feed_forward.contract": "layer.1.DenseReluDense.wo",
}
XLNET = {
    "attention.query": "rel_attn.q",
    "attention.key": "rel_attn.k",
    "attention.value": "rel_attn.v",
    "attention.away": "rel_attn.r",
    "attention.out": "rel_attn.o",
    "attention_norm": "rel_attn.layer_norm",
    "feed_forward.expand": "ff.layer_1",
    "feed_forward.contract": "ff.layer_2",
    "feed_forward_norm": "ff.layer_norm",
}


def theirs(kind: str, ours: str) -> str:
    """ "layer1.attention.query.weight" -> the name in a file of that kind, nothing in front."""
    if kind == "bert":
        return minilm.theirs(ours)
    block, _, inside = ours.partition(".")
    module, _, parameter = inside.rpartition(".")
    if kind == "distilbert":
        if block == "embeddings":
            return f"embeddings.{minilm.THEIRS[module]}.{parameter}"
        return f"transformer.layer.{_number(block)}.{DISTILBERT[module]}.{parameter}"
    if kind == "gpt2":
        if block == "embeddings":
            return {"word": "wte", "position": "wpe"}[module] + f".{parameter}"
        if module == "last_norm":
            return f"ln_f.{parameter}"
        return f"h.{_number(block)}.{GPT2[module]}.{parameter}"
    if kind == "t5":
        if block == "embeddings":
            return "shared.weight"
        if module == "last_norm":
            return "encoder.final_layer_norm.weight"
        if module == "attention.distance":  # one table, in the first layer
            return "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"
        return f"encoder.block.{_number(block)}.{T5[module]}.{parameter}"
    if block == "embeddings":
        return "word_embedding.weight"
    if parameter in ("by_word", "by_distance"):
        told = {"by_word": "r_w_bias", "by_distance": "r_r_bias"}[parameter]
        return f"layer.{_number(block)}.rel_attn.{told}"
    named = XLNET[module]
    bare = named.startswith("rel_attn.") and len(named) == len("rel_attn.q")
    return f"layer.{_number(block)}.{named}" + ("" if bare else f".{parameter}")


def _number(block: str) -> int:
    return int(block.removeprefix("layer")) - 1


def ours(
    kind: str, given: Mapping[str, torch.Tensor], wanted: Mapping[str, torch.Tensor], file: str
) -> dict[str, torch.Tensor]:
    """Weights for every name and shape of `wanted`, as fp32.

    Raises UserError("weights.set_aside", file) where one is missing or has another shape.
    """
    found = {}
    for name, shape in wanted.items():
        weight = _found(kind, given, theirs(kind, name))
        if weight is not None:
            weight = _laid(kind, name, weight)
        if weight is None or weight.shape != shape.shape:
            raise UserError("weights.set_aside", file=file)
        # A table that several layers get a copy of must not become one table for all of them.
        found[name] = weight.float().clone() if name.endswith("distance.weight") else weight.float()
    return found


def _found(kind: str, given: Mapping[str, torch.Tensor], name: str) -> torch.Tensor | None:
    for front in FRONT[kind]:
        for end in ("", *OLD):
            told = front + (name if not end else name.replace(end, OLD[end]))
            if told in given:
                return given[told]
    return None


def _laid(kind: str, name: str, weight: torch.Tensor) -> torch.Tensor:
    matrix = name.endswith(".weight") and ".attention." in name
    if kind == "gpt2" and weight.ndim == 2 and not name.startswith("embeddings."):
        return weight.T.contiguous()  # Conv1D: (in, out)
    if kind == "xlnet" and matrix and weight.ndim == 3:
        flat = weight.flatten(1)  # (D, heads * D / heads)
        return flat if ".out." in name else flat.T.contiguous()
    return weight
