"""Extractive question answering: a head that gives every piece two scores, start and end.

BERT's own head for SQuAD (Devlin et al. 2018, arXiv:1810.04805, section 4.2): two vectors S and E;
the chance that a piece begins the answer is a softmax of S·T over the passage, likewise its end;
the best pair with start <= end is the answer.  With a frozen encoder this is a convex problem, and
L-BFGS finds its one answer.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch.nn import functional as F

from tlcore.experiments.text.heads.run.token_vectors import Read

# Inverse strength of the penalty, as in tlcore.training.engine.solve: the sum of the
# cross-entropies + |W|^2 / (2 C) on standardised features.
PENALTY = 0.1
LONGEST = 12  # pieces of an answer
STEPS = 80  # of L-BFGS
Head = tuple[torch.Tensor, torch.Tensor, torch.Tensor]  # weights (D, 2), mean and spread (D)


def ends(read: Read, start: int, end: int) -> tuple[int, int] | None:
    """First and last piece of text[start:end]; None where it was cut off."""
    found = read.of(start, end)
    return (found[0], found[-1]) if found and read.spans[found[-1]][1] >= end else None


def learn(reads: Sequence[Read], right: Sequence[tuple[int, int]]) -> Head:
    """`right`: first and last piece of each answer."""
    longest = max(len(read.vectors) for read in reads)
    together = torch.cat([read.vectors for read in reads])
    spread, mean = torch.std_mean(together, dim=0, correction=0)
    spread = spread.clamp_min(0.01 * spread.max().clamp_min(1e-6))
    given = together.new_zeros(len(reads), longest, len(mean))
    shut = together.new_full((len(reads), longest), float("-inf"))
    for at, read in enumerate(reads):
        given[at, : len(read.vectors)] = (read.vectors - mean) / spread
        shut[at, : len(read.vectors)] = 0
    first, last = torch.tensor(list(right)).T
    weight = together.new_zeros(len(mean), 2).requires_grad_()
    rule = torch.optim.LBFGS([weight], max_iter=STEPS, line_search_fn="strong_wolfe")

    def lost() -> torch.Tensor:
        rule.zero_grad()
        scores = given @ weight
        loss = F.cross_entropy(scores[..., 0] + shut, first)
        loss = loss + F.cross_entropy(scores[..., 1] + shut, last)
        loss = loss + (weight**2).sum() / (2 * PENALTY * len(reads))
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    rule.step(lost)  # type: ignore[no-untyped-call]
    return weight.detach(), mean, spread


def say(read: Read, head: Head) -> tuple[int, int, float]:
    """Characters of the answer, and the chance the head gives it among all spans it may name."""
    weight, mean, spread = head
    if not len(read.vectors):
        return 0, 0, 0.0
    scores = ((read.vectors - mean) / spread) @ weight
    pairs = scores[:, None, 0] + scores[None, :, 1]  # (start, end)
    allowed = torch.ones_like(pairs).triu().tril(LONGEST - 1).bool()
    shares = pairs.masked_fill(~allowed, float("-inf")).flatten().softmax(0)
    best = int(shares.argmax())
    first, last = divmod(best, len(scores))
    return read.spans[first][0], read.spans[last][1], float(shares[best])
