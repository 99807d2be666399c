"""Word vectors from counts, without a training loop: which words stand near which.

GloVe (Pennington et al. 2014) fits vectors to the logarithms of such counts.  Here they are
factorised directly, as Levy and Goldberg (2014, "Neural word embedding as implicit matrix
factorization") showed that skip-gram does in effect: positive pointwise mutual information, cut to
its largest singular values.  Root of those values and counts of contexts to the power 3/4 follow
Levy, Goldberg and Dagan (2015, TACL 3, sections 3.2 and 3.3).
"""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt
import torch

from tlcore.data.corpus.texts import Texts
from tlcore.data.texts.tokenizer import ENTRIES
from tlcore.making.language.counts import around
from tlcore.networks.language.objectives import WINDOW, WORDS
from tlcore.networks.language.small import Small, build
from tlcore.networks.language.word_tables import WIDTH

POWER = 0.75


def ppmi(texts: Texts) -> npt.NDArray[np.float32]:
    """(ENTRIES, ENTRIES): how much oftener two pieces meet than by chance, in nats, at least 0."""
    middle, other = around(texts, WINDOW, WORDS)
    together = np.bincount(middle * ENTRIES + other, minlength=ENTRIES**2)
    counts = together.reshape(ENTRIES, ENTRIES).astype(np.float64)
    of_context = counts.sum(0) ** POWER
    expected = counts.sum(1, keepdims=True) * (of_context / of_context.sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.log(counts / expected)
    kept: npt.NDArray[np.float32] = np.maximum(np.nan_to_num(found, neginf=0.0), 0.0)
    return kept.astype(np.float32)


def made(texts: Texts) -> tuple[Small, float]:
    """The model, and seconds of the processor that it took."""
    began = time.process_time()
    small = build("cooccurrence")
    with torch.random.fork_rng():
        torch.manual_seed(0)  # the factorisation begins with a random guess
        left, size, _ = torch.svd_lowrank(torch.from_numpy(ppmi(texts)), q=WIDTH + 16, niter=6)
    vectors = left[:, :WIDTH] * size[:WIDTH].sqrt()
    with torch.no_grad():
        small.whole.middle.weight.copy_(vectors)
    return small, time.process_time() - began
