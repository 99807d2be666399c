"""What a run tells while it runs: plain dicts that JSON, a database and a browser can hold.

"group" is a block's name or "head".  Frozen groups are absent from a step's dicts: a gap in the
curve, not 0.  A number that is not finite is None.  `t` is seconds since the run began.
"""

from __future__ import annotations

import math
from typing import Literal, NotRequired, TypedDict

PerGroup = dict[str, float | None]


class GroupRow(TypedDict):
    name: str
    state: Literal["frozen", "kept", "new"]  # kept and new learn; new began from random weights
    learning: int  # parameters that learn
    total: int
    lr_scale: float | None  # rate of the group / `lr` of the recipe; None where frozen


class StartRow(TypedDict):
    kind: Literal["start"]
    groups: list[GroupRow]  # blocks 1..read from the input, then the head
    epochs: int
    steps_per_epoch: int
    steps: int
    train: int
    val: int
    val_commonest: NotRequired[float]  # share of its largest class; older rows are without
    test: int
    classes: list[str]
    ratio_every: int
    cached_blocks: int  # frozen blocks whose output for the training pictures is stored
    cache: Literal["none", "built", "disk"]
    views: int  # stored views of each picture; 0: drawn afresh each epoch
    device: str
    precision: str
    memory_format: str
    threads: int
    seed: int
    data_sha256: str
    weights_sha256: str
    torch: str


class CacheRow(TypedDict):
    """Only when building the cache takes longer than half a second: how far it is."""

    kind: Literal["cache"]
    done: int
    of: int
    t: float


class _StepRow(TypedDict):
    kind: Literal["step"]
    step: int
    epoch: int
    t: float
    loss: float | None
    accuracy: float  # on the batch, before the step
    lr: PerGroup
    grad_norm: PerGroup
    rel_grad: PerGroup  # ||g|| / ||w||; ||w|| as of the last k-th step


class StepRow(_StepRow, total=False):
    update_ratio: PerGroup  # every k-th step, the first included


class EpochRow(TypedDict):
    kind: Literal["epoch"]
    epoch: int  # 0: before the first step
    step: int
    t: float
    train_loss: float | None  # mean over the epoch's steps, weights moving meanwhile
    train_accuracy: float | None
    val_loss: float | None  # the loss that is trained, label smoothing included
    val_accuracy: float
    distance: PerGroup  # ||w - w0|| / ||w0|| of kept learning blocks
    source_accuracy: NotRequired[float]  # of the old head, where it was asked
    source_solved: NotRequired[float]  # of a head solved anew, five epochs of a run; later rows


class FrozenHash(TypedDict):
    before: str | None  # None: nothing is frozen
    after: str | None


class Divergence(TypedDict):
    step: int
    group: str  # largest gradient in the last step in which all norms were finite


class KeptRow(TypedDict):
    """Which epoch's weights were tested, where it was not simply the last planned one's."""

    epoch: int
    best: int  # by validation accuracy; of equal ones the earliest
    of: int  # the last epoch that was learned
    val_accuracy: float  # of the epoch that was kept
    stopped: bool  # by patience, before the last planned epoch


class Verdict(TypedDict):
    """On the test pictures; all None in a run that diverged."""

    test_accuracy: float | None
    interval: list[float] | None  # Wilson, 95 %
    test_loss: float | None
    confusion: list[list[int]] | None  # rows: true class
    truth: list[int] | None  # the class of each test picture, in their order
    predictions: list[int] | None  # one class a picture
    confidence: list[float] | None  # probability of that class
    best: list[int] | None  # picture numbers: right, surest first
    worst: list[int] | None  # highest loss first


class ResultRow(Verdict):
    kind: Literal["result"]
    status: Literal["finished", "diverged"]
    seconds: dict[str, float]
    images_per_second: float | None
    peak_memory_mb: float
    peak_cuda_mb: float | None
    learning_parameters: int
    total_parameters: int
    weights_sha256: str
    frozen_sha256: FrozenHash
    steps: int
    t: float
    diverged: Divergence | None  # None: finished
    kept: NotRequired[KeptRow]  # where the best epoch was asked for, or patience ended the run


Row = StartRow | CacheRow | StepRow | EpochRow | ResultRow


def number(value: float) -> float | None:
    """JSON knows no infinity and no NaN."""
    return value if math.isfinite(value) else None
