"""A small GPT that is trained to learn from its prompt: word, label, word, label ... word, ?

Every prompt is a new task: two groups of nouns, two labels drawn for them.  Nothing can be learned
by heart but how to use the examples.  It reads word vectors of the skip-gram (fixed, the mean of a
word's pieces), so any word can stand in a prompt; what it writes is compared with the vectors of
all labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from tlcore.data.texts.word_tasks import Pool
from tlcore.ground.errors import UserError
from tlcore.networks import seeds, torchvision_import
from tlcore.networks.language import small
from tlcore.networks.language.pieces import pieces
from tlcore.networks.language.word_tables import WIDTH as READ
from tlcore.networks.weights import read_embedded

NAME = "text-prompts"  # of its files in assets/backbones
WIDTH, LAYERS, HEADS = 64, 2, 4
EXAMPLES = 8  # most in a prompt
LOUD = 9.0  # length of a word's vector where it is read


class Prompted(nn.Module):
    """Vectors (N, T, READ) of word, label, ..., word -> what is expected behind each word."""

    def __init__(self) -> None:
        super().__init__()
        from transformers import GPT2Config, GPT2Model

        self.into = nn.Linear(READ, WIDTH, bias=False)
        self.body = GPT2Model(
            GPT2Config(
                vocab_size=1,  # it is given vectors, never numbers
                n_positions=2 * EXAMPLES + 2,
                n_embd=WIDTH,
                n_layer=LAYERS,
                n_head=HEADS,
                resid_pdrop=0.0,
                embd_pdrop=0.0,
                attn_pdrop=0.0,
                bos_token_id=0,
                eos_token_id=0,
                **small.PLAIN,
            )
        )
        # Places have to be told apart from the first step on: a label belongs to the word before.
        nn.init.normal_(self.body.wpe.weight, std=0.5)
        self.out = nn.Linear(WIDTH, READ, bias=False)
        self.sure = nn.Parameter(torch.tensor(10.0))

    def forward(self, words: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """`words` (N, K + 1, READ), `labels` (N, K, READ) of the first K -> (N, K + 1, READ)."""
        pairs = torch.stack([words[:, :-1], labels], dim=2).flatten(1, 2)
        told = torch.cat([pairs, words[:, -1:]], dim=1)
        vectors = self.body(inputs_embeds=self.into(LOUD * told)).last_hidden_state[:, ::2]
        return self.sure * F.normalize(self.out(vectors), dim=-1)


@dataclass(frozen=True)
class Table:
    """A pool as vectors: `words` (G, W, READ), `sizes` (G,) of them real; `labels` (L, READ)."""

    words: torch.Tensor
    sizes: torch.Tensor
    labels: torch.Tensor


@dataclass(frozen=True)
class Prompts:
    """`words` (N, K + 1) numbers in their group, `groups` (N, 2), `labels` (N, 2), `sides`
    (N, K + 1): which of the two each word belongs to."""

    words: torch.Tensor
    groups: torch.Tensor
    labels: torch.Tensor
    sides: torch.Tensor


@cache
def _reads() -> torch.Tensor:
    made, _ = small.trained("skipgram")
    return F.normalize(made.whole.middle.weight.detach(), dim=1)


@cache
def _pieces(word: str) -> tuple[int, ...]:
    """Read once: the tokenizer takes as long for a word as for a text."""
    return tuple(pieces(word))


def vectors(words: Sequence[str]) -> torch.Tensor:
    """(N, READ), each of length 1."""
    rows = [_reads()[list(_pieces(word)) or [0]].mean(0) for word in words]
    return F.normalize(torch.stack(rows), dim=1)


def table(pool: Pool) -> Table:
    sizes = torch.tensor([len(group) for group in pool.groups])
    words = torch.zeros(len(sizes), int(sizes.max()), READ)
    for number, group in enumerate(pool.groups):
        words[number, : len(group)] = vectors(group)
    return Table(words, sizes, vectors(pool.labels))


def draw(
    sizes: torch.Tensor,
    labels: int,
    many: int,
    examples: int,
    dice: torch.Generator,
    pairs: bool = True,
) -> Prompts:
    """`many` prompts of so many examples and a word that is asked.  `pairs`: the examples come two
    by two, one of each label; else as they fall.  No word twice while its group has others."""
    groups = torch.rand(many, len(sizes), generator=dice).topk(2, dim=1).indices
    named = torch.rand(many, labels, generator=dice).topk(2, dim=1).indices
    sides = torch.randint(0, 2, (many, examples + 1), generator=dice)
    if pairs:
        even = sides[:, 0:examples:2]
        sides[:, 1:examples:2] = 1 - even[:, : examples // 2]
    drawn = torch.rand(many, 2, int(sizes.max()), generator=dice)
    beyond = torch.arange(int(sizes.max())) >= sizes[groups][:, :, None]
    order = drawn.masked_fill(beyond, 2.0).argsort(2)
    before = torch.stack(
        [(sides[:, : at + 1] == sides[:, at : at + 1]).sum(1) - 1 for at in range(examples + 1)], 1
    )
    turn = before % sizes[groups.gather(1, sides)]
    words = order[torch.arange(many)[:, None], sides, turn]
    return Prompts(words, groups, named, sides)


def told(known: Table, drawn: Prompts) -> tuple[torch.Tensor, torch.Tensor]:
    """Vectors of the words (N, K + 1, READ) and of the examples' labels (N, K, READ)."""
    words = known.words[drawn.groups.gather(1, drawn.sides), drawn.words]
    return words, known.labels[drawn.labels.gather(1, drawn.sides[:, :-1])]


def loss(model: Prompted, known: Table, many: int, dice: torch.Generator) -> torch.Tensor:
    """Mean -log probability of the right label behind each word; half of the prompts in pairs."""
    parts = [
        draw(known.sizes, len(known.labels), many // 2, EXAMPLES, dice, pairs)
        for pairs in (True, False)
    ]
    lost = []
    for drawn in parts:
        scores = model(*told(known, drawn)) @ known.labels.T
        lost.append(
            F.cross_entropy(scores.flatten(0, 1), drawn.labels.gather(1, drawn.sides).flatten())
        )
    return torch.stack(lost).mean()


def build(seed: int = 0) -> Prompted:
    torchvision_import.ensure()  # transformers imports it
    with seeds.fork(seed, "prompts"):
        return Prompted()


def trained(folder: Any = None) -> tuple[Prompted, str]:
    """With the weights of assets/, in evaluation mode, and their sha256.

    Raises UserError("weights.damaged").
    """
    weights, digest = read_embedded(NAME) if folder is None else read_embedded(NAME, folder)
    made = build()
    try:
        made.load_state_dict(weights)
    except RuntimeError:
        raise UserError("weights.damaged", file=f"{NAME}.safetensors") from None
    return made.eval(), digest
