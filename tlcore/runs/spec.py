"""Any run's spec: validated, frozen, hashed; each kind stands in its experiment's folder (spec.py).

`parse` gathers every problem and raises once.  `resolve` fixes what "auto" left open, so that
the same hash on the same kind of machine means the same weights, bit for bit.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from importlib import metadata
from typing import Any

from pydantic import ValidationError

from tlcore import catalog
from tlcore.ground.errors import UserError
from tlcore.ground.recipe import ENGINE_VERSION, Compute, Knobs
from tlcore.runs import registry
from tlcore.runs.run import Lane
from tlcore.training import spec_problems
from tlcore.training.spec_base import Spec as Spec
from tlcore.training.spec_fine_tune import FineTuneSpec as FineTuneSpec
from tlcore.training.spec_fine_tune import with_plan as with_plan


def parse(values: Mapping[str, Any]) -> Spec:
    """Any mapping to a spec of its kind, or of a fine-tune where it names none.

    Raises UserError("spec.invalid", problems=[(key, values), ...]).
    """
    kind = values.get("kind", "fine_tune")
    made = registry.spec(kind)
    if made is None:
        problems = [spec_problems.unknown_kind(kind, registry.kinds())]
        raise UserError("spec.invalid", problems=problems)
    try:
        return made.model_validate(dict(values))
    except ValidationError as error:
        problems = [spec_problems.told(e, made.model_fields) for e in error.errors()]
        raise UserError("spec.invalid", problems=problems) from None


@dataclasses.dataclass(frozen=True)
class Resolved:
    """A spec with nothing left open.  `hash` names its result."""

    spec: Spec
    compute: Compute
    hash: str

    @property
    def lane(self) -> Lane:
        """That of its kind; what computes on a GPU waits for the GPU."""
        on_gpu = self.spec.lane == "cpu" and self.compute.device.startswith("cuda")
        return "gpu" if on_gpu else self.spec.lane

    @property
    def of(self) -> str | None:
        """The run that this one looks at."""
        return getattr(self.spec, "run", None)


def resolve(spec: Spec, choice: Compute, machine: str) -> Resolved:
    """Replace each "auto" by `choice` (from the machine profile) and hash what is left.

    `machine` names the kind of machine (tlcore.ground.machine.name()): weights are equal bit for
    bit on one kind of machine only, so it belongs to the hash.
    """
    compute = spec.computed(choice)
    return Resolved(spec, compute, hash_of(spec, compute, machine))


def hash_of(spec: Spec, compute: Compute, machine: str) -> str:
    """Names what comes out: settings, weights, pictures, versions, kind of machine."""
    return digest(covered(spec, compute, machine))


def digest(covered: Mapping[str, Any]) -> str:
    """sha256 of canonical JSON."""
    text = json.dumps(covered, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def covered(spec: Spec, compute: Compute, machine: str) -> dict[str, Any]:
    """All that a hash names.  Settings, `compute` and `machine` stand for themselves; `backbone`,
    `data` and `texts` are fingerprints of files, `torch` and `engine` versions."""
    told = spec.model_dump(exclude={"device", "precision", "memory_format"})
    later = spec.since_when
    covered: dict[str, Any] = {
        "spec": {k: v for k, v in told.items() if k not in later or v != later[k]},
        "compute": dataclasses.asdict(compute),
        "machine": machine,
        "engine": ENGINE_VERSION,
        "torch": metadata.version("torch"),
    }
    if (backbone := getattr(spec, "backbone", None)) is not None:
        covered["backbone"] = catalog.backbone(backbone).fingerprint
    if not spec.brings_data and (name := getattr(spec, "data", None)) is not None:
        data = catalog.dataset(name)
        covered["data"] = data.fingerprint
        if not data.knobs:  # they turn nothing
            knobs = {field.name for field in dataclasses.fields(Knobs)}
            covered["spec"] = {k: v for k, v in covered["spec"].items() if k not in knobs}
    if (texts := getattr(spec, "texts", None)) is not None:  # sentences that come with the app
        covered["texts"] = texts
    if (experiment := getattr(spec, "experiment", None)) is not None:
        covered["experiment"] = experiment
    return covered
