"""A run's spec: validated, frozen, hashed.  Two kinds so far: a fine-tune and a machine profile.

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

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from tlcore import catalog
from tlcore.errors import UserError
from tlcore.recipe import (
    Augment,
    Compute,
    MemoryFormat,
    Optimizer,
    Precision,
    Recipe,
    Schedule,
    TransferPlan,
)

ENGINE_VERSION = 2  # raise it when the same spec would train to other weights
BROWSER_SAMPLES = 20_000  # bounds of a run started in a browser; the CLI takes what fits in memory
BROWSER_EPOCHS = 200
BROWSER_SECONDS = 300

_DEFAULT = Recipe()


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class FineTuneSpec(_Frozen):
    """One fine-tune: which backbone, which pictures, which plan, which recipe, where."""

    kind: Literal["fine_tune"] = "fine_tune"
    backbone: str = Field("clothing", description="id of a backbone in the catalogue")
    data: str = Field("garments", description="id of a data set in the catalogue")
    train_size: int = Field(40, ge=4, le=1_000_000, description="training pictures, all classes")
    read: int = Field(8, ge=1, le=1000, description="the head sits on this block's output")
    keep: int = Field(8, ge=0, le=1000, description="blocks up to here keep pre-trained weights")
    freeze: int = Field(8, ge=0, le=1000, description="blocks up to here do not learn")
    epochs: int = Field(_DEFAULT.epochs, ge=1, le=10_000, description="passes over the pictures")
    batch: int = Field(_DEFAULT.batch, ge=2, le=1024, description="pictures a step")
    optimizer: Optimizer = Field(_DEFAULT.optimizer, description="update rule")
    lr: float = Field(_DEFAULT.lr, ge=1e-7, le=1e6, description="peak rate, last learning block")
    head_lr: float = Field(_DEFAULT.head_lr, ge=1e-7, le=1e6, description="peak rate of the head")
    schedule: Schedule = Field(_DEFAULT.schedule, description="rate over the steps")
    layer_decay: float = Field(
        _DEFAULT.layer_decay, ge=0.1, le=1, description="factor on the rate, one block down"
    )
    weight_decay: float = Field(
        _DEFAULT.weight_decay, ge=0, le=1, description="decoupled for AdamW, L2 for SGD"
    )
    label_smoothing: float = Field(
        _DEFAULT.label_smoothing, ge=0, le=0.5, description="share of the target spread evenly"
    )
    augment: Augment = Field(_DEFAULT.augment, description="random changes of training pictures")
    views: int = Field(_DEFAULT.views, ge=1, le=16, description="stored views a picture")
    seed: int = Field(_DEFAULT.seed, ge=0, le=2**31 - 1, description="one seed for all draws")
    device: Literal["auto", "cpu", "cuda"] = Field("auto", description="where to compute")
    precision: Literal["auto", "fp32", "bf16"] = Field("auto", description="format of numbers")
    memory_format: Literal["auto", "contiguous", "channels_last"] = Field(
        "auto", description="order of a picture's values in memory"
    )

    @property
    def plan(self) -> TransferPlan:
        return TransferPlan(self.read, self.keep, self.freeze)

    @property
    def recipe(self) -> Recipe:
        return Recipe(**{f.name: getattr(self, f.name) for f in dataclasses.fields(Recipe)})

    @model_validator(mode="after")
    def _names_and_order(self) -> FineTuneSpec:
        problems = check(self)
        if problems:
            raise UserError("spec.invalid", problems=problems)
        return self


class ProfileSpec(_Frozen):
    """Measure how fast this machine runs one backbone, in each precision and memory format."""

    kind: Literal["profile"] = "profile"
    backbone: str = "clothing"


Spec = Annotated[FineTuneSpec | ProfileSpec, Field(discriminator="kind")]
_adapter: TypeAdapter[FineTuneSpec | ProfileSpec] = TypeAdapter(Spec)
Problem = tuple[str, dict[str, Any]]  # a text key under `error.` and its values


def check(spec: FineTuneSpec) -> list[Problem]:
    """What pydantic's field bounds cannot see: names, the order of the plan, size of the pool."""
    problems: list[Problem] = []
    for read in (lambda: catalog.backbone(spec.backbone), lambda: catalog.dataset(spec.data)):
        try:
            read()
        except UserError as error:
            problems.append((error.key, error.values))
    if problems:
        return problems
    blocks = len(catalog.backbone(spec.backbone).blocks)
    if not spec.plan.in_order(blocks):
        values = dataclasses.asdict(spec.plan) | {"blocks": blocks}
        problems.append(("plan.out_of_order", values))
    data = catalog.dataset(spec.data)
    if not len(data.classes) <= spec.train_size <= data.train_pool:
        allowed = {"low": len(data.classes), "high": data.train_pool, "given": spec.train_size}
        problems.append(("spec.train_size", allowed))
    return problems


def parse(values: Mapping[str, Any]) -> FineTuneSpec | ProfileSpec:
    """Any mapping to a spec.  Raises UserError("spec.invalid", problems=[(key, values), ...])."""
    try:
        return _adapter.validate_python({"kind": "fine_tune", **values})
    except ValidationError as error:
        raise UserError("spec.invalid", problems=[_problem(e) for e in error.errors()]) from None


def _problem(error: Any) -> Problem:
    if error["type"] == "union_tag_invalid":
        given, allowed = error["ctx"]["tag"], error["ctx"]["expected_tags"].replace("'", "")
        return "spec.not_a_choice", {"field": "kind", "given": str(given)[:40], "allowed": allowed}
    field = str(error["loc"][-1])[:40]
    told: dict[str, Any] = {"field": field, "given": str(error.get("input"))[:40]}
    rules = FineTuneSpec.model_fields.get(field)
    if rules is None:
        return "spec.unknown_field", told
    bounds: dict[str, Any] = {}
    for rule in rules.metadata:
        bounds |= {n: getattr(rule, n) for n in ("ge", "le") if hasattr(rule, n)}
    if {"ge", "le"} <= bounds.keys():
        key = "spec.out_of_range" if "than" in error["type"] else "spec.not_a_number"
        return key, told | {"low": _plain(bounds["ge"]), "high": _plain(bounds["le"])}
    expected = str((error.get("ctx") or {}).get("expected", ""))  # "'adamw' or 'sgd'"
    allowed = expected.replace("'", "").replace(" or ", ", ")
    return "spec.not_a_choice", told | {"allowed": allowed}


def _plain(bound: float) -> str:
    """2147483647, not 2.14748e+09; 1e-07, not 0.0000001."""
    return str(bound) if isinstance(bound, int) else f"{bound:g}"


def browser_bounds(spec: FineTuneSpec, seconds: float | None) -> None:
    """Raise UserError when a browser may not ask for this much.  `seconds` is the estimate."""
    problems: list[Problem] = []
    for field, high in (("train_size", BROWSER_SAMPLES), ("epochs", BROWSER_EPOCHS)):
        given = getattr(spec, field)
        if given > high:
            told = {"field": field, "given": given, "low": 1, "high": high}
            problems.append(("spec.out_of_range", told))
    if seconds is not None and seconds > BROWSER_SECONDS:
        problems.append(("spec.too_long", {"seconds": round(seconds), "high": BROWSER_SECONDS}))
    if problems:
        raise UserError("spec.invalid", problems=problems)


@dataclasses.dataclass(frozen=True)
class Resolved:
    """A spec with nothing left open.  `hash` names its result."""

    spec: FineTuneSpec | ProfileSpec
    compute: Compute
    hash: str


def resolve(spec: FineTuneSpec | ProfileSpec, choice: Compute, machine: str) -> Resolved:
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
    return Resolved(spec, compute, _hash(spec, compute, machine))


def _hash(spec: FineTuneSpec | ProfileSpec, compute: Compute, machine: str) -> str:
    covered: dict[str, Any] = {
        "spec": spec.model_dump(exclude={"device", "precision", "memory_format"}),
        "compute": dataclasses.asdict(compute),
        "machine": machine,
        "engine": ENGINE_VERSION,
        "torch": metadata.version("torch"),
        "backbone": catalog.backbone(spec.backbone).fingerprint,
    }
    if isinstance(spec, FineTuneSpec):
        covered["data"] = catalog.dataset(spec.data).fingerprint
    text = json.dumps(covered, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
