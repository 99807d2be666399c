"""Score against the number of examples in the prompt: trained for it, not trained for it, and what
needs no training at all.

Two labels are offered, so chance is one half.  Of each number of examples the same prompts go to

    trained    the small model that was trained on such prompts (tlcore.networks.language.prompts)
    shuffled   the same model, the labels of the examples exchanged at random: what is left of its
               score cannot come from the examples
    plain      the next-word model of this project, that never saw such a prompt
    nearest    the label of the example whose skip-gram vector is most like the word's
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from tlcore.data.texts import reading, word_tasks
from tlcore.data.texts.word_tasks import Pool
from tlcore.experiments.generate.run.to_text_score import mean_and_half
from tlcore.ground import difference
from tlcore.networks import seeds
from tlcore.networks.language import prompts, small
from tlcore.networks.language.pieces import pieces
from tlcore.networks.language.small import Small
from tlcore.networks.language.writing import of_decoder, to_the_right

if TYPE_CHECKING:
    from tlcore.experiments.generate.spec import PromptScoreSpec

KINDS = ("words", "tasks")  # pools of word_tasks that nothing was trained on
WAYS = ("trained", "shuffled", "plain", "nearest")
Row = dict[str, Any]


def rows(spec: PromptScoreSpec, data_dir: Path, folder: Path) -> Iterator[Row]:
    """Progress, then the scores; nothing is written."""
    model, _ = prompts.trained()
    plain, _ = small.trained("causal")
    parts = [(kind, many) for kind in KINDS for many in spec.examples]
    scores: dict[str, list[Row]] = {kind: [] for kind in KINDS}
    for done, (kind, many) in enumerate(parts):
        yield {"kind": "progress", "part": kind, "done": done, "of": len(parts)}
        pool = word_tasks.pools()[kind]
        found = score(model, plain, pool, many, spec.prompts, spec.seed)
        row: Row = {"examples": many}
        for way, right in found.items():
            row[way], row[f"{way}_half"] = mean_and_half([float(r) for r in right])
        row["over"] = {way: _over(found["trained"], found[way]) for way in WAYS if way != "trained"}
        scores[kind].append(row)
    yield {
        "kind": "result",
        "status": "finished",
        "scores": scores,
        "prompts": spec.prompts,
        "chance": 0.5,
        "groups": {kind: len(word_tasks.pools()[kind].groups) for kind in ("train", *KINDS)},
        "labels": {kind: len(word_tasks.pools()[kind].labels) for kind in ("train", *KINDS)},
    }


def _over(one: Sequence[bool], other: Sequence[bool]) -> list[float]:
    """Mean and ends of what the first has more, over the same prompts."""
    gap = difference.of_answers([float(r) for r in one], [float(r) for r in other])
    return [round(value, 4) for value in (gap.mean, gap.low, gap.high)]


@torch.no_grad()
def score(
    model: prompts.Prompted, plain: Small, pool: Pool, examples: int, many: int, seed: int
) -> dict[str, list[bool]]:
    """Of `many` prompts which were answered rightly, by each of WAYS."""
    dice = seeds.generator(seed, "prompt_score", examples)
    known = prompts.table(pool)
    drawn = prompts.draw(known.sizes, len(pool.labels), many, examples, dice)
    words, labels = prompts.told(known, drawn)
    sides, offered = drawn.sides, known.labels[drawn.labels]
    wanted = sides[:, -1]
    order = torch.rand(many, examples, generator=dice).argsort(1)
    mixed = labels.gather(1, order[..., None].expand_as(labels))
    near = torch.einsum("nd,nkd->nk", words[:, -1], words[:, :-1])
    # Without an example there is nothing near: one of the two by lot.
    lot = torch.randint(0, 2, (many,), generator=dice)
    nearest = sides[torch.arange(many), near.argmax(1)] if examples else lot
    texts = [as_text(pool, drawn, row) for row in range(many)]
    said = {
        "trained": _choice(model, words, labels, offered),
        "shuffled": _choice(model, words, mixed, offered),
        "plain": plain_choice(plain, texts, [_offered(pool, drawn, row) for row in range(many)]),
        "nearest": nearest,
    }
    return {way: (choice == wanted).tolist() for way, choice in said.items()}


def _choice(
    model: prompts.Prompted, words: torch.Tensor, labels: torch.Tensor, offered: torch.Tensor
) -> torch.Tensor:
    """(N,) 0 or 1: which of the two `offered` (N, 2, READ) is the likelier one."""
    expected = model(words, labels)[:, -1]
    return torch.einsum("nd,ntd->nt", expected, offered).argmax(1)


def as_text(pool: Pool, drawn: prompts.Prompts, row: int) -> str:
    """A prompt as a model of texts reads it: "apple: radio, drum: window, pear:"."""
    named = _offered(pool, drawn, row)
    words = [
        pool.groups[int(drawn.groups[row, side])][int(word)]
        for side, word in zip(drawn.sides[row].tolist(), drawn.words[row].tolist(), strict=True)
    ]
    told = [named[side] for side in drawn.sides[row, :-1].tolist()]
    return written(list(zip(words, told, strict=False)), words[-1])


def written(examples: Sequence[tuple[str, str]], word: str) -> str:
    return ", ".join([*(f"{w}: {label}" for w, label in examples), f"{word}:"])


def _offered(pool: Pool, drawn: prompts.Prompts, row: int) -> list[str]:
    return [pool.labels[int(label)] for label in drawn.labels[row]]


def plain_choice(
    plain: Small, texts: Sequence[str], offered: Sequence[Sequence[str]]
) -> torch.Tensor:
    """(N,) which label has the likelier first piece behind each text."""
    found = []
    for first in range(0, len(texts), 100):
        ids = torch.from_numpy(reading.encode(texts[first : first + 100]).ids)
        ids = ids.masked_fill(ids == reading.SEP, reading.PAD)  # it goes on
        scores = of_decoder(plain.whole)(to_the_right(ids))
        begins = [[pieces(w)[0] for w in pair] for pair in offered[first : first + 100]]
        found.append(scores.gather(1, torch.tensor(begins)).argmax(1))
    return torch.cat(found)
