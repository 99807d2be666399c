"""The small models by objective: `build` gives one with random weights, `backbone` a trained one.

Four layers of width 96 (the Korean one: two of 64), dropout 0: none of them sees its corpus often
enough to over-fit.  Embeddings of input and output are the same table; each weight is stored once.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import nn

from tlcore.data.texts.reading import LONGEST
from tlcore.data.texts.tokenizer import ENTRIES
from tlcore.ground.errors import UserError
from tlcore.networks import seeds, torchvision_import
from tlcore.networks.language.layers import Layer, Relative, Words
from tlcore.networks.language.two_way import Twice, TwoWay
from tlcore.networks.language.word_tables import WIDTH, Static, Vectors
from tlcore.networks.weights import read_embedded

LAYERS, HEADS = 4, 4
INNER = 4 * WIDTH
PLAIN: dict[str, Any] = {"attn_implementation": "eager"}  # see layers


@dataclass
class Small:
    """`whole` can do what its objective asks; `blocks` are its layers, the same weights."""

    objective: str
    whole: Any  # an nn.Module; transformers' classes are not typed
    blocks: nn.Sequential


def _bert(width: int = WIDTH, layers: int = LAYERS) -> tuple[Any, list[nn.Module]]:
    from transformers import BertConfig, BertForMaskedLM

    whole = BertForMaskedLM(
        BertConfig(
            vocab_size=ENTRIES,
            hidden_size=width,
            num_hidden_layers=layers,
            num_attention_heads=HEADS,
            intermediate_size=4 * width,
            max_position_embeddings=LONGEST,
            type_vocab_size=1,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
            **PLAIN,
        )
    )
    return whole, [Words(whole.bert.embeddings), *map(Layer, whole.bert.encoder.layer)]


def _gpt() -> tuple[Any, list[nn.Module]]:
    from transformers import GPT2Config, GPT2LMHeadModel

    whole = GPT2LMHeadModel(
        GPT2Config(
            vocab_size=ENTRIES,
            n_positions=LONGEST,
            n_embd=WIDTH,
            n_layer=LAYERS,
            n_head=HEADS,
            resid_pdrop=0.0,
            embd_pdrop=0.0,
            attn_pdrop=0.0,
            bos_token_id=2,
            eos_token_id=3,
            **PLAIN,
        )
    )
    body = whole.transformer
    layers = [
        Layer(layer, True, body.ln_f if place == LAYERS else None)
        for place, layer in enumerate(body.h, start=1)
    ]
    return whole, [Words(body.wte, body.wpe), *layers]


def _t5() -> tuple[Any, list[nn.Module]]:
    """UMT5: T5 with its own table of distances in each layer, so that a layer stands alone."""
    from transformers import UMT5Config, UMT5ForConditionalGeneration

    half = LAYERS // 2
    whole = UMT5ForConditionalGeneration(
        UMT5Config(
            vocab_size=ENTRIES,
            d_model=WIDTH,
            d_kv=WIDTH // HEADS,
            d_ff=INNER,
            num_layers=half,
            num_decoder_layers=half,
            num_heads=HEADS,
            feed_forward_proj="relu",
            dropout_rate=0.0,
            pad_token_id=0,
            eos_token_id=3,
            decoder_start_token_id=0,
            use_cache=False,
            **PLAIN,
        )
    )
    body = whole.encoder
    layers = [
        Layer(layer, after=body.final_layer_norm if place == half else None)
        for place, layer in enumerate(body.block, start=1)
    ]
    return whole, [Words(whole.shared), *layers]


def _xlnet() -> tuple[Any, list[nn.Module]]:
    from transformers import XLNetConfig, XLNetLMHeadModel

    whole = XLNetLMHeadModel(
        XLNetConfig(
            vocab_size=ENTRIES,
            d_model=WIDTH,
            n_layer=LAYERS,
            n_head=HEADS,
            d_inner=INNER,
            dropout=0.0,
            mem_len=None,
            pad_token_id=0,
        )
    )
    body = whole.transformer
    return whole, [Words(body.word_embedding), *map(Relative, body.layer)]


def _two_way() -> tuple[Any, list[nn.Module]]:
    whole = TwoWay()
    return whole, [Words(Twice(whole.words)), *whole.layers]


def _skip_gram() -> tuple[Any, list[nn.Module]]:
    whole = Vectors()
    return whole, [Words(whole.middle)]


def _cooccurrence() -> tuple[Any, list[nn.Module]]:
    whole = Static()
    return whole, [Words(whole.middle)]


MAKERS: dict[str, Callable[[], tuple[Any, list[nn.Module]]]] = {
    "masked": _bert,
    "causal": _gpt,
    "skipgram": _skip_gram,
    "korean": lambda: _bert(64, 2),
    "bilstm": _two_way,
    "permutation": _xlnet,
    "span": _t5,
    "cooccurrence": _cooccurrence,
}
OBJECTIVES = tuple(MAKERS)


def build(objective: str, seed: int | None = 0) -> Small:
    """With random weights that depend on the seed alone; in training mode.

    Without a seed the draws are torch's next ones.
    """
    torchvision_import.ensure()  # transformers imports it
    with nullcontext() if seed is None else seeds.fork(seed, "language", objective):
        whole, layers = MAKERS[objective]()
    _resettable(whole, layers)
    named: OrderedDict[str, nn.Module] = OrderedDict(embeddings=layers[0])
    named.update((f"layer{number}", layer) for number, layer in enumerate(layers[1:], start=1))
    whole.train()
    return Small(objective, whole, nn.Sequential(named))


def _resettable(whole: Any, layers: list[nn.Module]) -> None:
    """A block of transformers' layers begins anew as their class begins them, as a whole."""
    begin = getattr(whole, "_init_weights", None)
    if begin is None:  # of our own: each module begins by itself
        return
    for layer in layers:
        for module in layer.modules():
            module.reset_parameters = _nothing  # type: ignore[assignment]
        layer.reset_parameters = partial(_anew, begin, layer)  # type: ignore[assignment]


def _nothing() -> None:
    """The block has done it."""


def _anew(begin: Callable[[nn.Module], None], layer: nn.Module) -> None:
    """Children first: a layer knows better than its matrices how they begin."""
    for module in reversed(list(layer.modules())):
        begin(module)


def state(whole: nn.Module) -> dict[str, torch.Tensor]:
    """Its weights, those of a shared table once."""
    found: dict[str, torch.Tensor] = {}
    seen: set[int] = set()
    for name, weight in whole.state_dict().items():
        if weight.data_ptr() not in seen:
            seen.add(weight.data_ptr())
            found[name] = weight
    return found


def put(whole: nn.Module, weights: dict[str, torch.Tensor]) -> None:
    """The inverse of `state`.  Raises ValueError where weights are missing or too many."""
    if set(weights) != set(state(whole)):
        raise ValueError("weights of another version of the model")
    whole.load_state_dict(weights, strict=False)


def name_of(objective: str) -> str:
    """Of its row in the catalogue and of its files in assets/backbones."""
    return f"text-{objective}"


def trained(objective: str, folder: Any = None) -> tuple[Small, str]:
    """With the weights of assets/, in evaluation mode, and the sha256 of their file.

    Raises UserError("weights.damaged").
    """
    name = name_of(objective)
    weights, digest = read_embedded(name) if folder is None else read_embedded(name, folder)
    made = build(objective)
    try:
        put(made.whole, weights)
    except (ValueError, RuntimeError):
        raise UserError("weights.damaged", file=f"{name}.safetensors") from None
    made.whole.eval()
    return made, digest
