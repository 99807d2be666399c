"""A small model on texts it was not trained on, piece by piece, beside what counting predicts.

Both answer the same questions, so their difference is taken pair by pair.  Templates and facts of
these texts stand in no text of the training part.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from tlcore.data.corpus.texts import Texts, batches
from tlcore.data.texts.reading import MASK
from tlcore.data.texts.tokenizer import ENTRIES
from tlcore.ground.spread import of_groups
from tlcore.making.language.counts import Floats, Ints, Neighbours, Ngrams, Table, around
from tlcore.networks import seeds
from tlcore.networks.language import objectives
from tlcore.networks.language.objectives import WINDOW, WORDS, Told
from tlcore.networks.language.small import Small

PIECES = 4_096  # a batch
CHUNK = 500  # distributions over all pieces held at a time

Ask = Callable[[Small, torch.Tensor, torch.Generator], Told]


@dataclass(frozen=True)
class Answers:
    """One entry for each predicted piece; `right` where the model's first choice was the piece."""

    texts: Ints
    places: Ints
    losses: Floats
    right: npt.NDArray[np.bool_]


@torch.no_grad()
def answers(small: Small, held: Texts, ask: Ask) -> Answers:
    """Pieces that stand in the texts; marks of gaps and ends of answers are left out."""
    small.whole.eval()
    found: list[tuple[npt.NDArray[Any], ...]] = []
    for number, rows in enumerate(batches(held.lengths, PIECES, seeds.generator(0, "held out"))):
        told = ask(small, held.rows(rows), seeds.generator(0, "held out", number))
        asked = (told.places >= 0).numpy()
        best = told.targets.new_full(told.targets.shape, -1)
        if told.scores is not None:
            best = told.scores.argmax(1)
        entries = (rows[told.rows.numpy()], told.places.numpy(), told.losses.double().numpy())
        found.append(tuple(part[asked] for part in (*entries, (best == told.targets).numpy())))
    return Answers(*(np.concatenate(part) for part in zip(*found, strict=True)))


def one_hidden(small: Small, ids: torch.Tensor, dice: torch.Generator) -> Told:
    """One word of each text, all others seen."""
    hidden = objectives.chosen(ids >= WORDS, 0.0, dice)
    return objectives.fill(small, ids.masked_fill(hidden, MASK), ids, hidden)


def one_last(small: Small, ids: torch.Tensor, dice: torch.Generator) -> Told:
    """The same for a permutation model: the word comes last in the order."""
    hidden = objectives.chosen(ids >= WORDS, 0.0, dice)
    return objectives.in_order(small, ids, hidden, torch.zeros(ids.shape))


def onward(small: Small, ids: torch.Tensor, dice: torch.Generator) -> Told:
    return objectives.both_ways(small, ids)[0]


def back(small: Small, ids: torch.Tensor, dice: torch.Generator) -> Told:
    return objectives.both_ways(small, ids)[1]


class Counted:
    """What counts of the training texts say; each table is made when it is first asked."""

    def __init__(self, known: Texts) -> None:
        self.known = known

    @cached_property
    def _onward(self) -> Ngrams:
        return Ngrams(self.known)

    @cached_property
    def _back(self) -> Ngrams:
        return Ngrams(self.known, back=True)

    @cached_property
    def _neighbours(self) -> Neighbours:
        return Neighbours(self.known)

    def before(self, held: Texts, asked: Answers) -> Floats:
        """From up to three pieces before it."""
        first = np.cumsum(held.lengths - 1) - (held.lengths - 1)
        found: Floats = self._onward.losses(held)[first[asked.texts] + asked.places - 1]
        return found

    def behind(self, held: Texts, asked: Answers) -> Floats:
        """From up to three pieces behind it."""
        ends = np.cumsum(held.lengths - 1)
        # Read backwards, the last piece stands first: place T - 2 is the first that is predicted.
        place = ends[asked.texts] - 1 - asked.places
        found: Floats = self._back.losses(held)[place]
        return found

    def between(self, held: Texts, asked: Answers) -> tuple[Floats, npt.NDArray[np.bool_]]:
        """From both neighbours; and whether the likeliest piece is the right one."""
        flat = held.flat.astype(np.int64)
        place = (held.ends - held.lengths)[asked.texts] + asked.places
        losses, right = np.zeros(len(place)), np.zeros(len(place), bool)
        for first in range(0, len(place), CHUNK):
            part = slice(first, first + CHUNK)
            spread = self._neighbours.spread(flat[place[part] - 1], flat[place[part] + 1])
            wanted = flat[place[part]]
            losses[part] = -np.log(spread[np.arange(len(wanted)), wanted])
            right[part] = spread.argmax(1) == wanted
        return losses, right

    def near(self, held: Texts) -> float:
        """Mean loss of the words around a word, from how often the two stood near each other."""
        table = Table.of(*around(self.known, WINDOW, WORDS))
        alone = Table.of(np.zeros(len(self.known.flat), np.int64), self.known.flat.astype(np.int64))
        middle, other = around(held, WINDOW, WORDS)
        one = alone.smoothed(np.zeros_like(other), other, np.full(1, 1 / ENTRIES))
        return float(-np.log(table.smoothed(middle, other, one)).mean())


def row(what: str, asked: Answers, counted: Floats, by: str) -> dict[str, Any]:
    """Means in nats a piece, of two texts or more; `margin`: half of the 95 % interval of the mean
    difference, whose error is that of whole texts: the pieces of one are alike."""
    apart = asked.losses - counted
    _, margin = of_groups(apart.tolist(), asked.texts.tolist())
    return {
        "asked": what,
        "pieces": len(apart),
        "loss": round(float(asked.losses.mean()), 3),
        "right": round(float(asked.right.mean()), 4),
        "counted_by": by,
        "counted": round(float(counted.mean()), 3),
        "difference": round(float(apart.mean()), 3),
        "margin": round(margin, 3),
    }


def rows(small: Small, held: Texts, counted: Counted) -> list[dict[str, Any]]:
    """What was asked of the model, its loss, and what counting makes of the same pieces."""
    objective = small.objective
    if objective == "skipgram":
        asked = answers(small, held, objectives.skipgram)
        found = {"asked": "words up to five away", "pieces": len(asked.losses)}
        counted_loss = round(counted.near(held), 3)
        return [
            {
                **found,
                "loss": round(float(asked.losses.mean()), 3),
                "counted_by": "pairs up to five apart",
                "counted": counted_loss,
            }
        ]
    if objective in ("masked", "korean", "permutation"):
        asked = answers(small, held, one_last if objective == "permutation" else one_hidden)
        losses, right = counted.between(held, asked)
        told = row("one word, all others seen", asked, losses, "both neighbours")
        told["counted_right"] = round(float(right.mean()), 4)
        before = row("one word, all others seen", asked, counted.before(held, asked), "4-grams")
        return [told, before]
    if objective == "bilstm":
        left, right_side = answers(small, held, onward), answers(small, held, back)
        return [
            row("the next piece", left, counted.before(held, left), "4-grams"),
            row("the piece before", right_side, counted.behind(held, right_side), "4-grams"),
        ]
    asked = answers(small, held, objectives.LOSSES[objective])
    what = "the next piece" if objective == "causal" else "words in gaps"
    return [row(what, asked, counted.before(held, asked), "4-grams")]
