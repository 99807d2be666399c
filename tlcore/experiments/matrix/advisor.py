"""The matrix of data size and similarity: which plan and rate a cell advises, and why.

The plan is that of the lecture note with the four cells; what other textbooks advise
(tlcore.experiments.matrix.textbooks) and what was measured (assets/evidence) stand beside it on the
page.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from tlcore import catalog
from tlcore.ground.recipe import (
    Augment,
    Knobs,
    TransferPlan,
    everything,
    from_block,
    head_only,
    last_blocks,
)

CellId = Literal["similar_small", "similar_large", "different_small", "different_large"]


@dataclass(frozen=True)
class Cell:
    """One cell: the data set that stands for it, and the sizes it covers (training pictures).

    `data` None: pictures like the source may not be shipped, so the reader's own stand there;
    measured it is on classes of the source that were held out.
    """

    id: CellId
    data: str | None
    size: int
    low: int
    high: int
    difficulty: float = Knobs().difficulty  # of drawn data


def _by_id(*cells: Cell) -> dict[CellId, Cell]:
    return {cell.id: cell for cell in cells}


MATRICES: dict[str, dict[CellId, Cell]] = {  # of the backbones that are always there
    "clothing": _by_id(
        Cell("similar_small", "garments", size=40, low=8, high=400),
        Cell("different_small", "digits", size=40, low=20, high=400),
        Cell("similar_large", "garments", size=6_000, low=400, high=6_000),
        Cell("different_large", "font_digits", size=6_000, low=400, high=20_000),
    ),
    # At the usual difficulty raw pixels alone tell the drawn classes apart (.94 and more).  Sizes
    # are those of the grid (tlcore.experiments.matrix.grid.points); 200, so that all of a reader's
    # own take part.
    "photo": _by_id(
        Cell("similar_small", None, size=200, low=8, high=400),
        Cell("different_small", "blood", size=40, low=20, high=400, difficulty=0.6),
        Cell("similar_large", None, size=1_000, low=400, high=20_000),
        Cell("different_large", "game", size=1_000, low=400, high=20_000, difficulty=0.6),
    ),
}
# Downloaded sets of colour photographs of things, as Tiny ImageNet's are; first come, first served.
PHOTOGRAPHS = ("pets", "flowers102", "stl10", "cifar10")
SMALLEST, BORDER, LARGEST = 8, 400, 20_000  # pictures; the border between small and large


@dataclass(frozen=True)
class Advice:
    """What a cell answers.  `reason` and `doubt` are texts under `advice.` in assets/locale."""

    cell: CellId
    plan: TransferPlan
    other: TransferPlan  # what another textbook answers, worth a run
    lr: float
    head_lr: float
    layer_decay: float
    epochs: int
    augment: Augment


def cells(backbone: str) -> dict[CellId, Cell]:
    """The matrix of a backbone; of one that comes from elsewhere, that of photographs."""
    return MATRICES.get(backbone, MATRICES["photo"])


def cell_at(x: float, y: float) -> tuple[CellId, int]:
    """A point placed by hand, x: 0 similar .. 1 different, y: 0 small .. 1 large, to cell and size.

    Size is logarithmic: 8 pictures at y = 0, 20,000 at y = 1; the cells' border lies at y = 0.5,
    so each half has its own scale.
    """
    x, y = min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)
    if y < 0.5:
        size = SMALLEST * (BORDER / SMALLEST) ** (y / 0.5)
    else:
        size = BORDER * (LARGEST / BORDER) ** ((y - 0.5) / 0.5)
    kind: CellId
    if x < 0.5:
        kind = "similar_small" if y < 0.5 else "similar_large"
    else:
        kind = "different_small" if y < 0.5 else "different_large"
    return kind, round(size)


def advise(cell: CellId, size: int, backbone: str = "clothing") -> Advice:
    """The textbook's plan for a cell, with the rate and length for `size` training pictures."""
    n = len(catalog.backbone(backbone).blocks)
    epochs = epochs_for(size)
    if cell == "similar_small":  # nothing but the head: few pictures, features that fit
        return Advice(cell, head_only(n), from_block(n - 1, n), 5e-4, 1e-2, 0.8, epochs, "none")
    if cell == "similar_large":  # most of the blocks stay: features fit, pictures suffice for some
        return Advice(cell, last_blocks(n), everything(n), 1e-3, 1e-2, 0.8, epochs, "none")
    if cell == "different_small":  # early blocks stay; CS231n: a classifier on earlier activations
        three_quarters = round(n * 3 / 4)
        other = TransferPlan(read=three_quarters, keep=three_quarters, freeze=three_quarters)
        return Advice(cell, from_block(early(n) + 1, n), other, 1e-3, 1e-2, 0.9, epochs, "shift")
    scratch = TransferPlan(read=n, keep=0, freeze=0)
    return Advice(cell, everything(n), scratch, 2e-3, 1e-2, 0.9, epochs, "shift")


def early(blocks: int) -> int:
    """How many blocks count as early: they stay as they were where pictures are few and unlike."""
    return max(1, round(blocks * 3 / 8))


def epochs_for(size: int, batch: int = 32) -> int:
    """Short schedules: about 400 steps for little data, never fewer than 4 epochs.

    40 pictures = 2 steps an epoch -> 60 epochs (the cap); 400 = 13 -> 31; 6,000 = 188 -> 4.
    BiT's rule (science.md 1.2) takes 500 steps below 20,000 pictures.
    """
    steps = max(1, math.ceil(size / batch))
    return min(60, max(4, round(400 / steps)))
