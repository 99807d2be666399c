"""Named entities: a head that gives every piece of a text one label.

The head is one linear layer, D numbers to four scores, solved like any other
(tlcore.training.engine.solve); a word is what its first piece is, as in BERT (Devlin et al. 2018,
section 5.3).  `capitals` puts back what a tokenizer without capital letters threw away: three
numbers beside the D.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from tlcore.data.texts import marking
from tlcore.data.texts.marking import KINDS, NONE, Name
from tlcore.experiments.text.heads.run.token_vectors import Read
from tlcore.training.engine import solve

LABELS = (NONE, *KINDS)
Head = tuple[torch.Tensor, torch.Tensor]


def labels(read: Read, names: Sequence[Name]) -> torch.Tensor:
    """(T,) numbers into LABELS."""
    found = torch.zeros(len(read.spans), dtype=torch.int64)
    for start, end, kind in names:
        found[read.of(start, end)] = LABELS.index(kind)
    return found


def capitals(text: str, read: Read) -> torch.Tensor:
    """(T, 3): the word begins with a capital; it opens a sentence; both."""
    found = torch.zeros(len(read.spans), 3)
    for start, end in marking.words(text):
        large, first = float(text[start].isupper()), float(marking.opens(text, start))
        found[read.of(start, end)] = torch.tensor([large, first, large * first])
    return found


def inputs(text: str, read: Read, with_capitals: bool) -> torch.Tensor:
    """(T, D), or (T, D + 3)."""
    if not with_capitals:
        return read.vectors
    return torch.cat([read.vectors, capitals(text, read)], dim=1)


def learn(given: Sequence[torch.Tensor], right: Sequence[torch.Tensor]) -> Head:
    """Weights (4, D) and biases (4) from the pieces of all texts."""
    return solve.solve(torch.cat(list(given)), torch.cat(list(right)), len(LABELS))


def say(text: str, read: Read, given: torch.Tensor, head: Head) -> list[tuple[Name, float]]:
    """Names, and how sure the head is of the least sure word of each."""
    weight, bias = head
    shares = (given.double() @ weight.T + bias).softmax(1)
    places = marking.words(text)
    firsts = [next(iter(read.of(*place)), None) for place in places]
    kinds = [NONE if at is None else LABELS[int(shares[at].argmax())] for at in firsts]
    sure = [0.0 if at is None else float(shares[at].max()) for at in firsts]
    return [
        (name, min(s for s, (a, b) in zip(sure, places, strict=True) if name[0] <= a < name[1]))
        for name in marking.runs(text, kinds)
    ]
