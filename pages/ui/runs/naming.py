"""A run and its settings, a data set and its classes, in the reader's words.

What a reader typed (the classes of own pictures) comes out as it was typed: where it goes into
Markdown, `speech.plain` keeps it text.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from pages.ui.frame import speech
from pages.ui.frame.speech import T, plain
from pages.ui.runs import runs
from tlcore import catalog
from tlcore.catalog import own, own_texts
from tlcore.ground.errors import UserError
from tlcore.ground.recipe import TransferPlan
from tlcore.ground.variants import VARIANTS
from tlcore.runs import comparison
from tlcore.runs.store.store import Run
from tlcore.training import what_learned

RATES = (
    *("lr", "head_lr", "layer_decay", "weight_decay", "dropout", "label_smoothing"),
    *("difficulty", "shift"),
)
CHOICES = (
    *("head_start", "optimizer", "bias_correction", "schedule", "unfreeze", "decay_to", "augment"),
    "kept_epoch",
    *("device", "precision", "memory_format"),
)
FEW = 3  # classes that name a set of own pictures


def learns(spec: Mapping[str, Any]) -> str:
    """What learns: "Blocks 7-8 + head", and where the head sits when not on the last block."""
    n = len(catalog.backbone(spec["backbone"]).blocks)
    plan = TransferPlan(*comparison.value(spec, "plan"))
    return what_learned.told(plan, n, speech.language())


def way_name(way: str) -> str:
    """A way of tlcore.experiments.text.presets."""
    return T(f"variant.{way}.of_texts" if way in VARIANTS else f"tune.how.{way}")


def is_own(data: str) -> bool:
    """A set of a reader's own pictures: named by its classes, not by the catalogue."""
    return own.NAME.fullmatch(data) is not None


def is_own_texts(data: str) -> bool:
    """A reader's own table of texts."""
    return own_texts.NAME.fullmatch(data) is not None


def class_name(data: str, name: str) -> str:
    """A class as the reader calls it; digits, and classes of own data, are their own name."""
    own_data = is_own(data) or is_own_texts(data)
    return name if own_data or name.isdigit() else T(f"class.{data}.{name}")


def class_names(run: Run) -> list[str]:
    """The classes that a run was trained on.  A set of own pictures may have changed since."""
    data = run.spec["data"]
    if not (is_own(data) or is_own_texts(data)):
        return [class_name(data, name) for name in catalog.dataset(data).classes]
    starts = (row for row in runs.store().rows(run.id, limit=8)[0] if row["kind"] == "start")
    told = next(starts, {}).get("classes")
    return [str(name) for name in told or catalog.dataset(data).classes]


def data_name(data: str) -> str:
    """A data set; a set of own pictures by its classes."""
    if is_own_texts(data):
        return T("data.own_texts")
    if not is_own(data):
        return T(f"data.{data}")
    try:
        return own_title(own.read(data))
    except UserError:  # deleted since; what was made of it in another window may still be open
        return T("data.own.gone")


def own_title(found: own.Own) -> str:
    """A set by its classes; names are the reader's words and not escaped here."""
    names = [label.name for label in found.classes]
    if not names:
        return T("own.empty")
    told = ", ".join(names[:FEW]) + (" …" if len(names) > FEW else "")
    return T("own.set", names=told, n=len(found.pictures))


def data_about(data: str) -> str:
    """One sentence on a data set."""
    if is_own_texts(data):
        return T("data.own_texts.about")
    return T("data.own.about" if is_own(data) else f"data.{data}.about")


def rate(value: float) -> str:
    """0.002 reads better than 2e-03; 1e-5 better than 0.00001."""
    return f"{value:g}"


def span(seconds: float) -> str:
    """Seconds as a reader says them."""
    if seconds < 10:
        return T("span.seconds", n=f"{max(seconds, 0.1):.1f}")
    if seconds < 90:
        return T("span.seconds", n=round(seconds))
    return T("span.minutes", n=f"{seconds / 60:.1f}")


def title(spec: Mapping[str, Any]) -> str:
    """Garments, 40 pictures: head only."""
    size = f"{spec['train_size']:,}"
    key = "run.title.texts" if catalog.reads_texts(spec) else "run.title"
    return T(key, data=data_name(spec["data"]), size=size, learns=learns(spec))


def heading(spec: Mapping[str, Any]) -> str:
    """The title as Markdown: what a reader typed stays text."""
    return plain(title(spec)) if is_own(spec["data"]) else title(spec)


def setting(name: str) -> str:
    """The name of a setting of tlcore.runs.comparison."""
    return T("field.plan") if name == "plan" else T(f"field.{name}")


def value(spec: Mapping[str, Any], name: str) -> str:
    """Its value."""
    found = comparison.value(spec, name)
    if name == "plan":
        return learns(spec)
    if name == "data":
        return data_name(found)
    if name == "backbone":
        return T(f"backbone.{catalog.backbone(found).id}")
    if name in CHOICES:
        return T(f"choice.{name}.{found}")
    if found is None:  # patience alone may be none
        return T(f"choice.{name}.none")
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
