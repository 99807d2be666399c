"""The spec of a fine-tune: which backbone and data, which plan and recipe, where it runs."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from tlcore import catalog
from tlcore.catalog import BackboneRow, own
from tlcore.ground import variants
from tlcore.ground.errors import UserError
from tlcore.ground.recipe import (
    LATER,
    Augment,
    BiasCorrection,
    Compute,
    DecayTo,
    HeadStart,
    KeptEpoch,
    Knobs,
    Optimizer,
    Recipe,
    Schedule,
    TransferPlan,
    Unfreeze,
)
from tlcore.ground.variants import Learns
from tlcore.training import spec_problems
from tlcore.training.spec_base import KNOBS, Spec

_DEFAULT = Recipe()
_USUAL_BACKBONE = "clothing"
PLAN = frozenset({"read", "keep", "freeze"})


def usual_plan(backbone: str) -> dict[str, int]:
    """Head only, on all of its blocks.  Raises UserError where there is no such backbone."""
    return dict.fromkeys(sorted(PLAN), len(catalog.backbone(backbone).blocks))


def with_plan(given: dict[str, Any]) -> dict[str, Any]:
    """What was typed of a plan, and for the rest all blocks of this backbone, as far as one number
    bounds the next: `keep=3` alone freezes those three."""
    typed = {name: given[name] for name in ("read", "keep", "freeze") if name in given}
    try:
        most = len(catalog.backbone(given.get("backbone", _USUAL_BACKBONE)).blocks)
        for name in ("read", "keep", "freeze"):
            most = int(typed.setdefault(name, most))
    except (ValueError, UserError):  # no number, no backbone: told with all that is wrong
        return given
    return given | typed


class FineTuneSpec(Spec):
    """One fine-tune: which backbone, which pictures, which plan, which recipe, where."""

    since_when = LATER | {"forgetting": False}

    kind: Literal["fine_tune"] = "fine_tune"
    backbone: str = Field(_USUAL_BACKBONE, description="id of a backbone in the catalogue")
    side: int | None = Field(
        None, ge=1, le=1000, description="px of the pictures it is shown; none: as usual"
    )
    data: str = Field("garments", description="id of a data set in the catalogue")
    train_size: int = Field(40, ge=4, le=1_000_000, description="training pictures, all classes")
    difficulty: float = Field(
        KNOBS.difficulty, ge=0, le=1, description="of a drawn data set: how much a class varies"
    )
    shift: float = Field(
        KNOBS.shift, ge=0, le=1, description="of a drawn data set: how far from its usual domain"
    )
    read: int = Field(8, ge=1, le=1000, description="the head sits on this block's output")
    keep: int = Field(8, ge=0, le=1000, description="blocks up to here keep pre-trained weights")
    freeze: int = Field(8, ge=0, le=1000, description="blocks up to here do not learn")
    learns: Learns = Field(
        TransferPlan.learns, description="of the kept blocks behind them: all, or what else"
    )
    epochs: int = Field(_DEFAULT.epochs, ge=0, le=10_000, description="passes over the pictures")
    batch: int = Field(_DEFAULT.batch, ge=2, le=1024, description="pictures a step")
    optimizer: Optimizer = Field(_DEFAULT.optimizer, description="update rule")
    bias_correction: BiasCorrection = Field(
        _DEFAULT.bias_correction, description="of AdamW's averages; off: as the first code of BERT"
    )
    lr: float = Field(_DEFAULT.lr, ge=1e-7, le=1e6, description="peak rate, last learning block")
    head_lr: float = Field(_DEFAULT.head_lr, ge=1e-7, le=1e6, description="peak rate of the head")
    head_start: HeadStart = Field(
        _DEFAULT.head_start, description="random, or solved as a linear probe"
    )
    schedule: Schedule = Field(_DEFAULT.schedule, description="rate over the steps")
    layer_decay: float = Field(
        _DEFAULT.layer_decay, ge=0.1, le=1, description="factor on the rate, one block down"
    )
    weight_decay: float = Field(
        _DEFAULT.weight_decay, ge=0, le=100, description="decoupled for AdamW, L2 for SGD"
    )
    decay_to: DecayTo = Field(
        _DEFAULT.decay_to, description="zero, or start: kept blocks towards pre-trained weights"
    )
    unfreeze: Unfreeze = Field(
        _DEFAULT.unfreeze, description="at_once, or gradual: from the head down"
    )
    dropout: float = Field(
        _DEFAULT.dropout, ge=0, le=0.9, description="share of features that a step does not see"
    )
    label_smoothing: float = Field(
        _DEFAULT.label_smoothing, ge=0, le=0.5, description="share of the target spread evenly"
    )
    augment: Augment = Field(_DEFAULT.augment, description="random changes of training pictures")
    views: int = Field(_DEFAULT.views, ge=1, le=16, description="stored views a picture")
    kept_epoch: KeptEpoch = Field(
        _DEFAULT.kept_epoch, description="weights of the last epoch, or of the best by validation"
    )
    patience: int | None = Field(
        _DEFAULT.patience, ge=1, le=10_000, description="epochs without a better one, then the end"
    )
    forgetting: bool = Field(False, description="ask the old head after each epoch, if it can be")
    seed: int = Field(_DEFAULT.seed, ge=0, le=2**31 - 1, description="one seed for all draws")
    device: Literal["auto", "cpu", "cuda"] = Field("auto", description="where to compute")
    precision: Literal["auto", "fp32", "bf16"] = Field("auto", description="format of numbers")
    memory_format: Literal["auto", "contiguous", "channels_last"] = Field(
        "auto", description="order of a picture's values in memory"
    )

    @model_validator(mode="before")
    @classmethod
    def _plan_of_its_backbone(cls, given: Any) -> Any:
        """Head only on all blocks of this backbone where no number of a plan was given.

        Where some were, the others are 8: so a link has said it since there were links.
        """
        if not isinstance(given, Mapping) or given.keys() & PLAN:
            return given
        try:
            return {**given, **usual_plan(given["backbone"])}
        except (KeyError, TypeError, UserError):  # none given, or no name: told with the rest
            return given

    @staticmethod
    def usual(backbone: str) -> dict[str, Any]:
        """Every field as it is where nothing was chosen but this backbone; `backbone` itself is the
        usual one."""
        return FineTuneSpec().model_dump() | usual_plan(backbone)

    def unusual(self) -> dict[str, Any]:
        """What a link has to say: the fields that are not as this backbone's defaults, the plan's
        three numbers together."""
        values = self.model_dump(exclude={"kind"})
        usual = self.usual(self.backbone)
        found = {name for name, value in values.items() if value != usual[name]}
        if found & PLAN:
            found |= PLAN
        return {name: value for name, value in values.items() if name in found}

    @property
    def plan(self) -> TransferPlan:
        return TransferPlan(self.read, self.keep, self.freeze, self.learns)

    @property
    def row(self) -> BackboneRow:
        """The facts on the backbone, for pictures of this side."""
        return catalog.backbone(self.backbone).at(self.side)

    @property
    def pictures_side(self) -> int:
        """px of the pictures as they are loaded, before the network's own size is made of them."""
        data = catalog.dataset(self.data)
        return own.side_for(self.side) if data.source == "own" else data.size

    @property
    def knobs(self) -> Knobs:
        return Knobs(self.difficulty, self.shift)

    @property
    def recipe(self) -> Recipe:
        return Recipe(**{f.name: getattr(self, f.name) for f in dataclasses.fields(Recipe)})

    def computed(self, choice: Compute) -> Compute:
        """As was asked; where that is "auto", by `choice`, which on another device says nothing."""
        device = choice.device if self.device == "auto" else self.device
        usual = choice if device == choice.device else Compute(device)
        precision = usual.precision if self.precision == "auto" else self.precision
        memory_format = usual.memory_format if self.memory_format == "auto" else self.memory_format
        return Compute(device, precision, memory_format, threads=1)

    def problems(self) -> list[spec_problems.Problem]:
        changed = {
            "augment": self.augment != "none",
            "forgetting": self.forgetting,
            "learns": variants.of(self.learns).measures,
        }
        found = spec_problems.of_fine_tune(self.backbone, self.data, self.train_size, self.plan)
        found += spec_problems.of_side(self.backbone, self.side)
        return found + spec_problems.of_texts(self.data, changed)
