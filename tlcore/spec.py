"""Any run's spec: validated, frozen, hashed; the kinds stand in rooms of their own (spec_*.py).

`parse` gathers every problem and raises once.  `resolve` fixes what "auto" left open, so that
the same hash on the same kind of machine means the same weights, bit for bit.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from importlib import metadata
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from tlcore import catalog, spec_problems
from tlcore.errors import UserError
from tlcore.recipe import ENGINE_VERSION, LATER, Compute, Knobs, MemoryFormat, Precision
from tlcore.runs import Lane
from tlcore.spec_beside import ExplainSpec as ExplainSpec
from tlcore.spec_beside import ExportSpec as ExportSpec
from tlcore.spec_beside import FetchSpec as FetchSpec
from tlcore.spec_beside import ProfileSpec as ProfileSpec
from tlcore.spec_beside import SimilaritySpec as SimilaritySpec
from tlcore.spec_beside import SurveySpec as SurveySpec
from tlcore.spec_beside import TakeInSpec as TakeInSpec
from tlcore.spec_break import BreakSpec
from tlcore.spec_claims import ClaimSpec
from tlcore.spec_compare import CompareSpec
from tlcore.spec_fine_tune import FineTuneSpec as FineTuneSpec
from tlcore.spec_fine_tune import with_plan as with_plan
from tlcore.spec_generate import Generate, PromptAskSpec, ToTextAskSpec
from tlcore.spec_heads import Heads, TextAskSpec
from tlcore.spec_language import Language
from tlcore.spec_lessons import ByHand, LayersSpec, Lessons, LookSpec
from tlcore.spec_objectives import Objectives, ObjectivesSpec
from tlcore.spec_rates import Rates
from tlcore.spec_texts import Texts

KNOB_FIELDS = frozenset(field.name for field in dataclasses.fields(Knobs))

# of a recipe, what is asked beside the training, and what beside the small models
CAME_LATER = LATER | {"forgetting": False, "hub": (), "at_the_server": False}


# Each of these tells rows, the result last.
Told = (
    SimilaritySpec
    | SurveySpec
    | TakeInSpec
    | FetchSpec
    | Lessons
    | Rates
    | CompareSpec
    | BreakSpec
    | ClaimSpec
    | Language
    | Texts
    | Objectives
    | Heads
    | Generate
)
AnySpec = FineTuneSpec | ProfileSpec | ExplainSpec | ExportSpec | Told
QUICK = (
    ExplainSpec
    | ExportSpec
    | TakeInSpec
    | SurveySpec
    | LookSpec
    | LayersSpec
    | ByHand
    | Language
    | ObjectivesSpec
    | TextAskSpec
    | ToTextAskSpec
    | PromptAskSpec
)
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
    return digest(covered(spec, compute, machine))


def digest(covered: Mapping[str, Any]) -> str:
    """sha256 of canonical JSON."""
    text = json.dumps(covered, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def covered(spec: AnySpec, compute: Compute, machine: str) -> dict[str, Any]:
    """All that a hash names.  Settings, `compute` and `machine` stand for themselves; `backbone`,
    `data` and `texts` are fingerprints of files, `torch` and `engine` versions."""
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
    if (texts := getattr(spec, "texts", None)) is not None:  # sentences that come with the app
        covered["texts"] = texts
    if (experiment := getattr(spec, "experiment", None)) is not None:
        covered["experiment"] = experiment
    return covered
