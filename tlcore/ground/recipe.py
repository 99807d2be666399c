"""What a fine-tune does, as three small frozen records: plan, recipe, compute.

Standard library only: the engine takes these on a machine that has torch and nothing else, and
the pages take them without loading torch.  `tlcore.training.spec_fine_tune` adds names and bounds,
`tlcore.runs.spec` a hash.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from tlcore.ground import variants
from tlcore.ground.variants import Learns

Optimizer = Literal["adamw", "sgd"]
BiasCorrection = Literal["on", "off"]
Schedule = Literal["one_cycle", "decay", "constant"]
Augment = Literal["none", "shift", "shift_flip", "crop_flip"]
HeadStart = Literal["random", "solved"]
DecayTo = Literal["zero", "start"]
Unfreeze = Literal["at_once", "gradual"]
KeptEpoch = Literal["last", "best"]
# kept: learns from its pre-trained weights on; added: stays as it was, learns in what is added
BlockState = Literal["dropped", "frozen", "kept", "added", "new"]
Precision = Literal["fp32", "bf16"]
MemoryFormat = Literal["contiguous", "channels_last"]


RANK = 8  # of what LoRA adds to a weight
ENGINE_VERSION = 3  # raise it when the same spec would train to other weights


@dataclass(frozen=True)
class TransferPlan:
    """Blocks 1..n from the input.  Invariant: 0 <= freeze <= keep <= read <= n, read >= 1.

    What is no prefix is a variant of what learns: a row of tlcore.ground.variants says what of the
    kept blocks behind `freeze` does.  New blocks always learn.
    """

    read: int  # the head sits on this block's output; later blocks are dropped
    keep: int  # blocks up to here start from the pre-trained weights, later ones from scratch
    freeze: int  # blocks up to here do not learn
    learns: Learns = "blocks"  # all the others, or which of them

    @property
    def fixed(self) -> int:
        """Blocks up to here say the same of a picture in every step."""
        return self.keep if self._kept == "nothing" else self.freeze

    def in_part(self, number: int) -> bool:
        """Whether the weights of this block (from 1) stay as they were, and only a part of it
        learns, or what is added to it."""
        return self._kept == "part" and self.freeze < number <= self.keep

    def moves(self, number: int) -> bool:
        """Whether anything learns in this block (from 1), or in what is added to it."""
        if number <= self.fixed:
            return False
        return self._kept != "first" or number == self.freeze + 1 or number > self.keep

    @property
    def variant(self) -> variants.Variant:
        """What of the kept blocks learns; plain where all of them are frozen."""
        return variants.of(self.learns if self.freeze < self.keep else "blocks")

    @property
    def _kept(self) -> str:
        return variants.of(self.learns).kept

    def state(self, number: int) -> BlockState:
        """What becomes of this block (from 1)."""
        if number > self.read:
            return "dropped"
        if self.in_part(number):
            return "added"
        if not self.moves(number):
            return "frozen"
        return "kept" if number <= self.keep else "new"

    def in_order(self, blocks: int) -> bool:
        return 0 <= self.freeze <= self.keep <= self.read <= blocks and self.read >= 1


def head_only(blocks: int) -> TransferPlan:
    """Feature extraction: everything kept and frozen, only a new head learns."""
    return TransferPlan(read=blocks, keep=blocks, freeze=blocks)


def from_block(first_learning: int, blocks: int) -> TransferPlan:
    """All weights kept; blocks before `first_learning` (1-based) are frozen, the rest learn."""
    return TransferPlan(read=blocks, keep=blocks, freeze=first_learning - 1)


def last_blocks(blocks: int) -> TransferPlan:
    """The last quarter of the blocks learns, at least two: "freeze most" of the textbooks."""
    return from_block(blocks - max(2, round(blocks / 4)) + 1, blocks)


def everything(blocks: int) -> TransferPlan:
    """Full fine-tuning: all weights kept, all of them learn."""
    return TransferPlan(read=blocks, keep=blocks, freeze=0)


def from_scratch(blocks: int) -> TransferPlan:
    """No transfer: the same architecture from random weights, all of it learns."""
    return TransferPlan(read=blocks, keep=0, freeze=0)


def earlier(blocks: int) -> TransferPlan:
    """Only a new head learns, and it reads three quarters of the way up."""
    early = max(1, round(blocks * 3 / 4))
    return TransferPlan(read=early, keep=early, freeze=early)


def strategies(blocks: int) -> dict[str, TransferPlan]:
    """Every freeze depth of a backbone, a head on earlier activations, and from scratch."""
    depths = {f"from_{b}": from_block(b, blocks) for b in range(blocks, 1, -1)}
    return {
        "earlier": earlier(blocks),
        "head_only": head_only(blocks),
        **depths,
        "everything": everything(blocks),
        "scratch": from_scratch(blocks),
    }


@dataclass(frozen=True)
class Recipe:
    """How the learning part learns.  The defaults are the values we recommend."""

    epochs: int = 20  # passes over the training pictures; 0: a head that is solved is left so
    batch: int = 32  # pictures a step; a last batch of one joins the one before it
    optimizer: Optimizer = "adamw"
    bias_correction: BiasCorrection = "on"  # of AdamW's averages; off: as the first code of BERT
    lr: float = 1e-3  # peak rate of the last learning block of the backbone
    head_lr: float = 1e-2  # peak rate of the head
    head_start: HeadStart = "random"  # solved: as a linear probe leaves it (LP-FT)
    schedule: Schedule = "one_cycle"
    layer_decay: float = 1.0  # rate of a block = lr * layer_decay ** (read - block number)
    weight_decay: float = 0.01
    decay_to: DecayTo = "zero"  # start: kept blocks towards their pre-trained weights (L2-SP)
    unfreeze: Unfreeze = "at_once"  # gradual: from the head down, in the first half of the steps
    dropout: float = 0.0  # share of the features under the head that a step does not see
    label_smoothing: float = 0.0
    augment: Augment = "none"
    views: int = 4  # stored views of a picture, when its frozen prefix is cached and augmented
    kept_epoch: KeptEpoch = "last"  # best: by validation accuracy; of equal ones the earlier
    patience: int | None = None  # epochs without a better one after which the run ends; None: never
    seed: int = 0  # head, new blocks, order of the data, augmentation and which pictures are drawn


# Settings that came after the first runs were stored: what has none of them means these values.
# Written out: were a default to change, they would still mean what they meant.
LATER: dict[str, Any] = {
    "learns": "blocks",
    "head_start": "random",
    "decay_to": "zero",
    "unfreeze": "at_once",
    "dropout": 0.0,
    "bias_correction": "on",
    "kept_epoch": "last",
    "patience": None,
    "side": None,
}


@dataclass(frozen=True)
class Knobs:
    """Of a data set that is drawn: both 0..1.  Others have none and ignore them."""

    difficulty: float = 0.3  # how much pictures of one class differ: pose, clutter, light, noise
    shift: float = 0.0  # how far the domain is from the usual one: night, another stain, pixel art


@dataclass(frozen=True)
class Compute:
    """Where and how precisely.  CPU runs use one thread: same spec, same weights, bit for bit."""

    device: str = "cpu"
    precision: Precision = "fp32"
    memory_format: MemoryFormat = "contiguous"
    threads: int = 1
