"""A run's spec: validated, frozen, hashed: a fine-tune, a machine profile, or a look at a run.

`parse` gathers every problem and raises once.  `resolve` fixes what "auto" left open, so that
the same hash on the same kind of machine means the same weights, bit for bit.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from importlib import metadata
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from tlcore import catalog, spec_problems
from tlcore.errors import UserError
from tlcore.recipe import (
    LATER,
    Augment,
    Compute,
    DecayTo,
    HeadStart,
    Knobs,
    Learns,
    MemoryFormat,
    Optimizer,
    Precision,
    Recipe,
    Schedule,
    TransferPlan,
    Unfreeze,
)
from tlcore.runs import Lane
from tlcore.spec_base import KNOBS, RUN_ID, Frozen, OfPictures
from tlcore.spec_break import BreakSpec
from tlcore.spec_compare import CompareSpec
from tlcore.spec_lessons import ByHand, LayersSpec, Lessons, LookSpec
from tlcore.spec_rates import Rates

KNOB_FIELDS = frozenset(field.name for field in dataclasses.fields(Knobs))
ENGINE_VERSION = 3  # raise it when the same spec would train to other weights

_DEFAULT = Recipe()
CAME_LATER = LATER | {"forgetting": False}  # of a recipe, and what is asked beside the training


class FineTuneSpec(Frozen):
    """One fine-tune: which backbone, which pictures, which plan, which recipe, where."""

    kind: Literal["fine_tune"] = "fine_tune"
    backbone: str = Field("clothing", description="id of a backbone in the catalogue")
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
    forgetting: bool = Field(False, description="ask the old head after each epoch, if it can be")
    seed: int = Field(_DEFAULT.seed, ge=0, le=2**31 - 1, description="one seed for all draws")
    device: Literal["auto", "cpu", "cuda"] = Field("auto", description="where to compute")
    precision: Literal["auto", "fp32", "bf16"] = Field("auto", description="format of numbers")
    memory_format: Literal["auto", "contiguous", "channels_last"] = Field(
        "auto", description="order of a picture's values in memory"
    )

    @property
    def plan(self) -> TransferPlan:
        return TransferPlan(self.read, self.keep, self.freeze, self.learns)

    @property
    def knobs(self) -> Knobs:
        return Knobs(self.difficulty, self.shift)

    @property
    def recipe(self) -> Recipe:
        return Recipe(**{f.name: getattr(self, f.name) for f in dataclasses.fields(Recipe)})

    @model_validator(mode="after")
    def _names_and_order(self) -> FineTuneSpec:
        plan = self.plan
        problems = spec_problems.of_fine_tune(self.backbone, self.data, self.train_size, plan)
        if problems:
            raise UserError("spec.invalid", problems=problems)
        return self


class ProfileSpec(Frozen):
    """Measure how fast this machine runs one backbone, in each precision and memory format."""

    kind: Literal["profile"] = "profile"
    backbone: str = "clothing"


class ExplainSpec(Frozen):
    """Why a trained network said what it said of one picture: probabilities and Grad-CAM."""

    kind: Literal["explain"] = "explain"
    run: str = RUN_ID
    picture: int | None = Field(None, ge=0, le=10_000_000, description="number in the test set")
    upload: str | None = Field(None, pattern=r"^[0-9a-f]{64}$", description="sha256 of a file")
    invert: bool = Field(False, description="dark on light becomes light on dark")
    target: int | None = Field(None, ge=0, le=100_000, description="class; None: the likeliest")
    block: int = Field(1, ge=1, le=1000, description="block whose output is looked at")

    @model_validator(mode="after")
    def _one_picture(self) -> ExplainSpec:
        if (self.picture is None) == (self.upload is None):
            raise UserError("spec.invalid", problems=[("explain.one_picture", {})])
        return self


class ExportSpec(Frozen):
    """A file made of a run, to take home."""

    kind: Literal["export"] = "export"
    run: str = RUN_ID
    what: Literal["csv", "weights", "train_again", "report", "tensorboard"] = "csv"
    language: Literal["en", "ko"] = Field("en", description="of the words in it")


class SimilaritySpec(OfPictures):
    """How near a data set is to what a backbone knows, block by block (tlcore.similarity)."""

    kind: Literal["similarity"] = "similarity"


class SurveySpec(OfPictures):
    """What is in a data set: gallery, duplicates, what the backbone sees (tlcore.survey)."""

    kind: Literal["survey"] = "survey"


class TakeInSpec(Frozen):
    """Decode pictures that a reader brought, and keep what is good (tlcore.take_in)."""

    kind: Literal["take_in"] = "take_in"
    data: str = Field(pattern=r"^own-[0-9a-f]{32}$", description="id of the reader's own set")
    batch: str = Field(pattern=r"^[0-9a-f]{32}$", description="which delivery")


class FetchSpec(Frozen):
    """Download the weights of a backbone, or a data set (tlcore.downloads)."""

    kind: Literal["fetch"] = "fetch"
    what: Literal["backbone", "data"] = "backbone"
    name: str = Field(max_length=60, description="id of a row of the catalogue")


# Each of these tells rows, the result last.
Told = (
    SimilaritySpec | SurveySpec | TakeInSpec | FetchSpec | Lessons | Rates | CompareSpec | BreakSpec
)
AnySpec = FineTuneSpec | ProfileSpec | ExplainSpec | ExportSpec | Told
QUICK = ExplainSpec | ExportSpec | TakeInSpec | SurveySpec | LookSpec | LayersSpec | ByHand
Spec = Annotated[AnySpec, Field(discriminator="kind")]
_adapter: TypeAdapter[AnySpec] = TypeAdapter(Spec)


def parse(values: Mapping[str, Any]) -> AnySpec:
    """Any mapping to a spec.  Raises UserError("spec.invalid", problems=[(key, values), ...])."""
    try:
        return _adapter.validate_python({"kind": "fine_tune", **values})
    except ValidationError as error:
        fields = FineTuneSpec.model_fields
        problems = [spec_problems.told(e, fields) for e in error.errors()]
        raise UserError("spec.invalid", problems=problems) from None


@dataclasses.dataclass(frozen=True)
class Resolved:
    """A spec with nothing left open.  `hash` names its result."""

    spec: AnySpec
    compute: Compute
    hash: str

    @property
    def lane(self) -> Lane:
        """What nobody should wait for has a slot of its own."""
        if isinstance(self.spec, FetchSpec):
            return "fetch"
        if isinstance(self.spec, QUICK):
            return "quick"
        return "gpu" if self.compute.device.startswith("cuda") else "cpu"

    @property
    def of(self) -> str | None:
        """The run that this one looks at."""
        return getattr(self.spec, "run", None)


def resolve(spec: AnySpec, choice: Compute, machine: str) -> Resolved:
    """Replace each "auto" by `choice` (from the machine profile) and hash what is left.

    `machine` names the kind of machine (tlcore.machine.name()): weights are equal bit for bit
    on one kind of machine only, so it belongs to the hash.
    """
    compute = choice
    if isinstance(spec, FineTuneSpec):
        device = choice.device if spec.device == "auto" else spec.device
        same = device == choice.device
        precision: Precision = "fp32"
        memory_format: MemoryFormat = "contiguous"
        if spec.precision != "auto":
            precision = spec.precision
        elif same:
            precision = choice.precision
        if spec.memory_format != "auto":
            memory_format = spec.memory_format
        elif same:
            memory_format = choice.memory_format
        compute = Compute(device, precision, memory_format, threads=1)
    return Resolved(spec, compute, hash_of(spec, compute, machine))


def hash_of(spec: AnySpec, compute: Compute, machine: str) -> str:
    """Names what comes out: settings, weights, pictures, versions, kind of machine."""
    told = spec.model_dump(exclude={"device", "precision", "memory_format"})
    covered: dict[str, Any] = {
        # a setting that came later, at its default, is no other run than the one before it came
        "spec": {k: v for k, v in told.items() if k not in CAME_LATER or v != CAME_LATER[k]},
        "compute": dataclasses.asdict(compute),
        "machine": machine,
        "engine": ENGINE_VERSION,
        "torch": metadata.version("torch"),
    }
    if (backbone := getattr(spec, "backbone", None)) is not None:
        covered["backbone"] = catalog.backbone(backbone).fingerprint
    if not isinstance(spec, TakeInSpec) and (name := getattr(spec, "data", None)) is not None:
        data = catalog.dataset(name)
        covered["data"] = data.fingerprint
        if not data.knobs:  # they turn nothing
            covered["spec"] = {k: v for k, v in covered["spec"].items() if k not in KNOB_FIELDS}
    text = json.dumps(covered, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
