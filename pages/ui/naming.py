"""A run and its settings in the reader's words."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from pages.ui.frame import T
from pages.ui.settings import rate
from tlcore import catalog, comparison
from tlcore.recipe import TransferPlan
from tlcore.store import Run

RATES = ("lr", "head_lr", "layer_decay", "weight_decay", "label_smoothing", "difficulty", "shift")
CHOICES = ("optimizer", "schedule", "augment", "device", "precision", "memory_format")


def learns(spec: Mapping[str, Any]) -> str:
    """What learns: "Blocks 7-8 + head", and where the head sits when not on the last block."""
    n = len(catalog.backbone(spec["backbone"]).blocks)
    plan = TransferPlan(spec["read"], spec["keep"], spec["freeze"])
    if plan.freeze == plan.read:
        told = T("preset.head_only")
    elif plan.keep == 0:
        told = T("preset.from_scratch")
    elif plan.freeze == 0:
        told = T("preset.everything")
    elif plan.freeze + 1 == plan.read:
        told = T("learns.block", first=plan.read)
    else:
        told = T("learns.blocks", first=plan.freeze + 1, last=plan.read)
    if 0 < plan.keep < plan.read:
        told += T("learns.new", first=plan.keep + 1)
    if plan.read < n:
        told += T("learns.cut", read=plan.read)
    return told


def class_name(data: str, name: str) -> str:
    """A class as the reader calls it; digits are their own name."""
    return name if name.isdigit() else T(f"class.{data}.{name}")


def title(spec: Mapping[str, Any]) -> str:
    """Garments, 40 pictures: head only."""
    size = f"{spec['train_size']:,}"
    return T("run.title", data=T(f"data.{spec['data']}"), size=size, learns=learns(spec))


def setting(name: str) -> str:
    """The name of a setting of tlcore.comparison."""
    return T("field.plan") if name == "plan" else T(f"field.{name}")


def value(spec: Mapping[str, Any], name: str) -> str:
    """Its value."""
    found = comparison.value(spec, name)
    if name == "plan":
        return learns(spec)
    if name in ("backbone", "data"):
        return T(f"{name}.{found}")
    if name in CHOICES:
        return T(f"choice.{name}.{found}")
    return rate(found) if name in RATES else f"{found:,}" if name != "seed" else str(found)


def labels(runs: Sequence[Run]) -> list[str]:
    """Names by what sets these runs apart; by their moment where their settings are the same."""
    told = comparison.telling([run.spec for run in runs])
    names = [" · ".join(short(run.spec, name) for name in told) for run in runs]
    if len(set(names)) == len(names):
        return names
    return [f"{name} · {moment(run)}".lstrip(" ·") for name, run in zip(names, runs, strict=True)]


def short(spec: Mapping[str, Any], name: str) -> str:
    """A value that tells by itself what it is of."""
    found = value(spec, name)
    bare = name in ("plan", "backbone", "data") or name in CHOICES
    return found if bare else f"{setting(name)} {found}"


def moment(run: Run) -> str:
    """When a run was begun, short: this is a list of one lesson, seldom of a year."""
    return f"{datetime.datetime.fromtimestamp(run.created):%m-%d %H:%M:%S}"
