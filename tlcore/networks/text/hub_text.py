"""Language models of the hub as backbones: BERT, DistilBERT, GPT-2, T5's encoder, XLNet.

Each is built from a shape written down in tlcore.catalog.hub_config, never from what a repository
says of itself; weights are read from safetensors, and the tokenizer from its JSON.  No code of a
repository runs, and none is fetched.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import safetensors
import safetensors.torch
import torch
from torch import nn

from tlcore.catalog import hub, hub_config, hub_files, whole_files
from tlcore.ground.errors import UserError
from tlcore.networks.backbone import TextInput
from tlcore.networks.text import hub_names
from tlcore.networks.text.causal_blocks import OnwardLayer, Placed
from tlcore.networks.text.relative_blocks import RelativeLayer
from tlcore.networks.text.span_blocks import SpanLayer, Words
from tlcore.networks.text.text_blocks import Embeddings, EncoderLayer

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LONGEST, DROPOUT = 128, 0.1  # tokens that are read of a text, as of MiniLM; all five learned so
PADS = {"bert": 0, "distilbert": 0, "t5": 0, "xlnet": 5}  # of GPT-2, which has none, its last id


@dataclass(frozen=True)
class HubText:
    """What tlcore.networks.text.text_models asks of a backbone for texts."""

    NAME: str
    kind: str
    shape: dict[str, int] = field(hash=False)

    @property
    def INPUT(self) -> TextInput:
        many = self.shape["vocab_size"]
        return TextInput(
            size=LONGEST,
            channels=0,
            mean=(),
            std=(),
            vocabulary=many,
            pad=PADS.get(self.kind, many - 1),  # <|endoftext|>, which stands in no text
            pooled="last" if self.kind == "gpt2" else "mean",
        )

    @property
    def CHANNELS(self) -> tuple[int, ...]:
        shape = self.shape
        width = shape.get("hidden_size") or shape.get("dim") or shape.get("n_embd")
        return ((width or shape["d_model"]),) * (1 + self.layers)

    @property
    def layers(self) -> int:
        named = ("num_hidden_layers", "n_layers", "n_layer", "num_layers")
        return next(self.shape[name] for name in named if name in self.shape)

    def blocks(self) -> nn.Sequential:
        """The blocks, randomly initialised: ids (N, T) -> (N, T, width + 1)."""
        first, layer = BLOCKS[self.kind](self.shape, self.INPUT.pad)
        named: OrderedDict[str, nn.Module] = OrderedDict(embeddings=first)
        for number in range(1, self.layers + 1):
            named[f"layer{number}"] = layer(number == self.layers)
        return nn.Sequential(named)

    def read(self) -> tuple[dict[str, torch.Tensor], str]:
        """The weights by our names, and the sha256 of their file.

        Raises UserError: hub.absent, hub.record, weights.set_aside.
        """
        given, digest = tensors(self.NAME)
        with torch.device("meta"):
            wanted = self.blocks().state_dict()
        try:
            return hub_names.ours(self.kind, given, wanted, f"{self.NAME}/{hub.WEIGHTS}"), digest
        except UserError:  # weights of another model, though config.json said otherwise
            whole_files.set_aside(hub_files.folder(self.NAME) / hub.WEIGHTS)
            raise

    def tokenizer(self) -> Tokenizer:
        """Its own.  Raises UserError: hub.absent, hub.record, weights.set_aside."""
        made = _tokenizer(self.NAME, str(hub_files.file(self.NAME, hub.TOKENIZER)))
        # Who writes "<|endoftext|>" in a text has written these letters: as a mark it is padding.
        made.encode_special_tokens = self.kind == "gpt2"
        return made


def tensors(name: str) -> tuple[dict[str, torch.Tensor], str]:
    """All weights of a file that is whole, as it names them, and its sha256."""
    path = hub_files.file(name, hub.WEIGHTS)
    try:
        return safetensors.torch.load_file(path), hub_files.weights(name)
    except (OSError, safetensors.SafetensorError):  # no safetensors, though the hub calls it so
        if path.exists():
            whole_files.set_aside(path)
        raise UserError("weights.set_aside", file=f"{name}/{hub.WEIGHTS}") from None


@cache
def _tokenizer(name: str, path: str) -> Tokenizer:
    from tokenizers import Tokenizer

    try:
        made: Tokenizer = Tokenizer.from_file(path)
    except Exception as error:  # the library raises nothing narrower
        raise UserError("weights.set_aside", file=f"{name}/{hub.TOKENIZER}") from error
    return made


Made = tuple[nn.Module, Callable[[bool], nn.Module]]  # embeddings; a layer, told if it is the last


def _bert(shape: dict[str, int], pad: int) -> Made:
    width = shape["hidden_size"]
    first = Embeddings(
        shape["vocab_size"],
        shape["max_position_embeddings"],
        width,
        pad,
        DROPOUT,
        shape["type_vocab_size"],
    )
    heads, inner = shape["num_attention_heads"], shape["intermediate_size"]
    return first, lambda last: EncoderLayer(width, heads, inner, DROPOUT)


def _distilbert(shape: dict[str, int], pad: int) -> Made:
    width = shape["dim"]
    first = Embeddings(
        shape["vocab_size"], shape["max_position_embeddings"], width, pad, DROPOUT, 0
    )  # fmt: skip
    return first, lambda last: EncoderLayer(width, shape["n_heads"], shape["hidden_dim"], DROPOUT)


def _gpt2(shape: dict[str, int], pad: int) -> Made:
    width = shape["n_embd"]
    first = Placed(shape["vocab_size"], shape["n_positions"], width, pad, DROPOUT)
    return first, lambda last: OnwardLayer(width, shape["n_head"], 4 * width, DROPOUT, last)


def _t5(shape: dict[str, int], pad: int) -> Made:
    width, count = shape["d_model"], shape["relative_attention_num_buckets"]
    first = Words(shape["vocab_size"], width, pad, DROPOUT)
    return first, lambda last: SpanLayer(
        width, shape["num_heads"], shape["d_kv"], shape["d_ff"], count, DROPOUT, last
    )


def _xlnet(shape: dict[str, int], pad: int) -> Made:
    width = shape["d_model"]
    first = Words(shape["vocab_size"], width, pad, DROPOUT)
    return first, lambda last: RelativeLayer(width, shape["n_head"], shape["d_inner"], DROPOUT)


BLOCKS: dict[str, Callable[[dict[str, int], int], Made]] = {
    "bert": _bert,
    "distilbert": _distilbert,
    "gpt2": _gpt2,
    "t5": _t5,
    "xlnet": _xlnet,
}
MODELS: dict[str, Any] = {
    name: HubText(name, repo.kind, hub_config.SHAPES[name]) for name, repo in hub.REPOS.items()
}
