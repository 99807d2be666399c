"""The small language models of this project as backbones: text-masked, text-causal and the others.

Their weights are files of assets/backbones, by name like those for pictures; a model without files
is no backbone.  The masked ones are encoders like BERT, so their blocks are those of MiniLM
(`text_blocks`), where adapters and LoRA find their places; the others are blocks around
transformers' own layers (`tlcore.networks.language.layers`).
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import torch
from torch import nn

from tlcore.data.texts import tokenizer
from tlcore.data.texts.reading import CLS, LONGEST, PAD, SEP
from tlcore.ground.errors import UserError
from tlcore.networks.backbone import TextInput
from tlcore.networks.text import minilm
from tlcore.networks.text.text_blocks import Embeddings, EncoderLayer
from tlcore.networks.weights import FOLDER, read_embedded

if TYPE_CHECKING:
    from tokenizers import Tokenizer

INPUT = TextInput(
    size=LONGEST, channels=0, mean=(), std=(), vocabulary=tokenizer.ENTRIES, pad=PAD
)  # fmt: skip
SHAPES = {  # width and number of layers behind the embeddings
    "masked": (96, 4),
    "causal": (96, 4),
    "skipgram": (96, 0),
    "korean": (64, 2),
    "bilstm": (192, 2),  # 96 from the left, 96 from the right
    "permutation": (96, 4),
    "span": (96, 2),  # the encoder; its decoder is no backbone
    "cooccurrence": (96, 0),
}
LIKE_BERT = ("masked", "korean")
HEADS, DROPOUT = 4, 0.1  # dropout of fine-tuning; pre-training did without


@dataclass(frozen=True)
class SmallText:
    """What tlcore.networks.text.text_models asks of a backbone for texts."""

    objective: str

    @property
    def NAME(self) -> str:
        return f"text-{self.objective}"

    @property
    def INPUT(self) -> TextInput:
        return INPUT

    @property
    def CHANNELS(self) -> tuple[int, ...]:
        width, layers = SHAPES[self.objective]
        return (width,) * (1 + layers)

    def blocks(self) -> nn.Sequential:
        """The blocks, randomly initialised: ids (N, T) -> (N, T, width + 1)."""
        width, layers = SHAPES[self.objective]
        if self.objective not in LIKE_BERT:
            from tlcore.networks.language import small

            return small.build(self.objective, seed=None).blocks
        named: OrderedDict[str, nn.Module] = OrderedDict()
        named["embeddings"] = Embeddings(tokenizer.ENTRIES, LONGEST, width, PAD, DROPOUT)
        for number in range(1, layers + 1):
            named[f"layer{number}"] = EncoderLayer(width, HEADS, 4 * width, DROPOUT)
        return nn.Sequential(named)

    def read(self) -> tuple[dict[str, torch.Tensor], str]:
        """The weights of its blocks, and the sha256 of their file.

        Raises UserError("weights.damaged").
        """
        if self.objective not in LIKE_BERT:
            from tlcore.networks.language import small

            made, digest = small.trained(self.objective)
            return made.blocks.state_dict(), digest
        weights, digest = read_embedded(self.NAME)
        with torch.device("meta"):
            wanted = self.blocks().state_dict()
        try:
            found = {ours: weights[f"bert.{minilm.theirs(ours)}"] for ours in wanted}
        except KeyError:  # weights of another version of the model
            raise UserError("weights.damaged", file=f"{self.NAME}.safetensors") from None
        one = found["embeddings.segment.weight"]  # all texts are first ones: no second was learned
        found["embeddings.segment.weight"] = torch.cat([one, torch.zeros_like(one)])
        return found, digest

    def tokenizer(self) -> Tokenizer:
        """Shared by all of them."""
        return shared()


@cache
def shared() -> Tokenizer:
    """The tokenizer of this project's models, [CLS] before and [SEP] behind."""
    from tokenizers import Tokenizer
    from tokenizers.processors import TemplateProcessing

    made: Tokenizer = Tokenizer.from_file(str(tokenizer.FILE))
    made.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", CLS), ("[SEP]", SEP)]
    )
    return made


MODELS = {
    made.NAME: made
    for made in map(SmallText, SHAPES)
    if (FOLDER / f"{made.NAME}.json").exists() and (FOLDER / f"{made.NAME}.safetensors").exists()
}
