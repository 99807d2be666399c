"""Fine-tune a small language model on three tasks at once, told apart by their prefix alone.

Nothing is added: no head, no adapter.  The layer that wrote the next word, or the words in a gap,
writes "negative", an answer, or Korean.  A batch has as many texts of each task, of nearly equal
length.  Two kinds of model can: `span` (T5: an encoder reads, a decoder writes) and `causal` (GPT:
goes on behind the end of the text).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional as F

from tlcore.data.corpus.texts import Texts, taken_apart
from tlcore.data.texts import mixture, reading
from tlcore.data.texts.mixture import Item
from tlcore.data.texts.reading import PAD
from tlcore.networks import seeds
from tlcore.networks.language import writing
from tlcore.networks.language.pieces import text_of
from tlcore.networks.language.small import Small

LR = 2e-3  # at its highest, AdamW; after a warm-up it falls to 0 in a straight line
WARM_UP = 20  # steps
EACH = 8  # texts of each task a step
MOST = {"sentiment": 6, "question": 12, "translate": 32}  # pieces that are written
AT_ONCE = 40  # texts that are answered together
FARTHEST = 2_000  # pieces that are looked at


@dataclass(frozen=True)
class Known:
    """Training items as numbers; `tasks`: which rows are of each task."""

    shown: Texts
    wanted: Texts
    tasks: tuple[npt.NDArray[np.int64], ...]


def known(items: Sequence[Item]) -> Known:
    tasks = np.array([mixture.TASKS.index(one.task) for one in items])
    return Known(
        taken_apart([one.shown for one in items]),
        taken_apart([one.wanted for one in items]),
        tuple(np.flatnonzero(tasks == number) for number in range(len(mixture.TASKS))),
    )


def batches(data: Known, steps: int, seed: int) -> Iterator[npt.NDArray[np.int64]]:
    """Row numbers (3 x EACH,) of each step, task after task; every epoch in a new order."""
    order: list[list[npt.NDArray[np.int64]]] = [[] for _ in data.tasks]
    for step in range(steps):
        for number, rows in enumerate(data.tasks):
            if not order[number]:
                dice = seeds.generator(seed, "to_text", number, step)
                order[number] = _alike(rows, data.shown.lengths, dice)
        yield np.concatenate([parts.pop() for parts in order])


def _alike(
    rows: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64], dice: torch.Generator
) -> list[npt.NDArray[np.int64]]:
    """`rows` in batches of EACH of nearly equal length, in random order; the few longest that fill
    no batch are left out of this epoch."""
    noise = torch.rand(len(rows), generator=dice, dtype=torch.float64).numpy()
    ordered = rows[np.argsort(lengths[rows] + noise, kind="stable")]
    many = max(1, len(rows) // EACH)
    parts = [ordered[n * EACH : (n + 1) * EACH] for n in range(many)]
    return [parts[i] for i in torch.randperm(many, generator=dice).tolist()]


def loss(model: Small, data: Known, rows: npt.NDArray[np.int64]) -> torch.Tensor:
    """Mean -log probability, in nats, of each wanted piece behind the right ones before it."""
    if model.objective == "span":
        shown, wanted = data.shown.rows(rows), data.wanted.rows(rows)[:, 1:]  # without [CLS]
        fed = torch.cat([torch.full_like(wanted[:, :1], PAD), wanted[:, :-1]], dim=1)
        seen = (shown != PAD).long()
        told = model.whole(input_ids=shown, attention_mask=seen, decoder_input_ids=fed)
        asked = wanted != PAD
        return F.cross_entropy(told.logits[asked], wanted[asked])
    pairs = [(data.shown.row(int(row)), data.wanted.row(int(row))[1:]) for row in rows]
    ids = torch.from_numpy(reading.padded([np.concatenate(pair) for pair in pairs]))
    ids = ids[:, : reading.LONGEST]  # no place behind it
    begins = torch.tensor([len(shown) for shown, _ in pairs])[:, None]
    asked = (torch.arange(ids.shape[1]) >= begins) & (ids != PAD)
    vectors = model.whole.transformer(input_ids=ids[:, :-1]).last_hidden_state
    return F.cross_entropy(model.whole.lm_head(vectors[asked[:, 1:]]), ids[asked])


def train(model: Small, data: Known, steps: int, seed: int) -> Iterator[tuple[int, float]]:
    """Every weight learns, in place; (step from 1, loss) after each step."""
    optimizer = torch.optim.AdamW(
        model.whole.parameters(), lr=LR, betas=(0.9, 0.98), weight_decay=0.01, fused=True
    )
    model.whole.train()
    for step, rows in enumerate(batches(data, steps, seed)):
        lost = loss(model, data, rows)
        for group in optimizer.param_groups:
            group["lr"] = LR * min((step + 1) / WARM_UP, (steps - step) / steps)
        optimizer.zero_grad(set_to_none=True)
        lost.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.whole.parameters(), 1.0)
        optimizer.step()
        yield step + 1, float(lost.detach())
    model.whole.eval()


def shown(task: str, texts: Sequence[str]) -> torch.Tensor:
    """Texts as they are read (N, T), with prefix.  Of one that is too long the beginning behind the
    prefix is left out: the question stands at the end."""
    longest, prefix = (
        reading.LONGEST - MOST[task],
        len(reading.encode([mixture.PREFIX[task]]).ids[0]) - 1,
    )
    told = reading.encode([mixture.prefixed(task, text) for text in texts], FARTHEST)
    rows = [row[row != PAD] for row in told.ids]
    short = [
        row if len(row) <= longest else np.concatenate([row[:prefix], row[prefix - longest :]])
        for row in rows
    ]
    return torch.from_numpy(reading.padded(short))


def answer(model: Small, task: str, texts: Sequence[str]) -> writing.Written:
    """What the model writes to each text (without prefix), greedily."""
    ids = shown(task, texts)
    if model.objective == "span":
        scores = writing.of_encoder(model.whole, ids, (ids != PAD).long())
        return writing.write(scores, torch.full((len(ids), 1), PAD), MOST[task])
    return writing.write(writing.of_decoder(model.whole), writing.to_the_right(ids), MOST[task])


def answers(model: Small, items: Sequence[Item]) -> Iterator[tuple[Item, str]]:
    """Each item with what the model wrote, a few at a time, short ones together."""
    for task in mixture.TASKS:
        mine = sorted((one for one in items if one.task == task), key=lambda one: len(one.given))
        for first in range(0, len(mine), AT_ONCE):
            part = mine[first : first + AT_ONCE]
            told = answer(model, task, [one.given for one in part])
            yield from zip(part, map(text_of, told.texts()), strict=True)
