"""Whole models of the hub, their pre-training's heads on them: what writes, and what fills a gap.

transformers' own classes are built from the shape that is written down in
tlcore.catalog.hub_config, and filled with weights whose file is whole (tlcore.catalog.hub_files).
Nothing is asked of the network and no code of a repository runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from tlcore.catalog import hub, hub_config, hub_files, whole_files
from tlcore.ground.errors import UserError
from tlcore.networks import seeds, torchvision_import
from tlcore.networks.text import hub_text

if TYPE_CHECKING:
    from tokenizers import Tokenizer

CLASSES = {  # kind: transformers' configuration, and the class that was pre-trained
    "bert": ("BertConfig", "BertForPreTraining"),
    "distilbert": ("DistilBertConfig", "DistilBertForMaskedLM"),
    "gpt2": ("GPT2Config", "GPT2LMHeadModel"),
    "t5": ("T5Config", "T5ForConditionalGeneration"),
    "xlnet": ("XLNetConfig", "XLNetLMHeadModel"),
}
MORE: dict[str, dict[str, Any]] = {
    "t5": {"decoder_start_token_id": 0},  # what it writes begins behind padding
    "xlnet": {"mem_len": None},  # no memory of an earlier text
}
WRITES = ("t5_small", "gpt2")


def published(name: str, **more: Any) -> Any:
    """transformers' class of a row, randomly initialised (on torch's meta device: shapes only)."""
    torchvision_import.ensure()  # transformers imports it
    import transformers

    kind = hub.REPOS[name].kind
    config, made = CLASSES[kind]
    shape = hub_config.SHAPES[name] | MORE.get(kind, {}) | more
    return getattr(transformers, made)(getattr(transformers, config)(**shape))


def whole(name: str, **more: Any) -> Any:
    """The model with its weights, in fp32 and evaluation mode.

    Raises UserError: hub.absent (backbone, repo), hub.record (backbone), weights.set_aside (file).
    """
    given, _ = hub_text.tensors(name)
    with seeds.fork(0, "hub", name):  # drawn to be replaced: a second, and every buffer is right
        model = published(name, **more)
    known = model.state_dict()
    found = {}
    for key, weight in given.items():
        named = _renamed(key)
        at = named if named in known else f"{model.base_model_prefix}.{named}"
        if at in known and known[at].shape == weight.shape:
            found[at] = weight.float()
    if missing := _missing(model, found):
        whole_files.set_aside(hub_files.folder(name) / hub.WEIGHTS)
        raise UserError("weights.set_aside", file=f"{name}/{hub.WEIGHTS} ({missing[0]})")
    model.load_state_dict(found, strict=False)
    return model.eval()


def _renamed(key: str) -> str:
    return key.replace("LayerNorm.gamma", "LayerNorm.weight").replace(
        "LayerNorm.beta", "LayerNorm.bias"
    )


def _missing(model: Any, found: dict[str, torch.Tensor]) -> list[str]:
    """Parameters that no weight of the file fills, under any of their names."""
    every = list(model.named_parameters(remove_duplicate=False))
    filled = {id(weight) for key, weight in every if key in found}
    return [key for key, weight in every if id(weight) not in filled]


def generator(name: str) -> tuple[Any, Tokenizer]:
    """A model that writes, and its tokenizer: T5-small for a summary, GPT-2 for going on.

    The model is transformers' T5ForConditionalGeneration or GPT2LMHeadModel.
    Raises UserError: fetch.unknown (given, known), and what `whole` raises.
    """
    if name not in WRITES:
        raise UserError("fetch.unknown", given=name[:40], known=", ".join(WRITES))
    made = hub_text.MODELS[name].tokenizer()
    made.no_padding()
    made.no_truncation()
    return whole(name), made
