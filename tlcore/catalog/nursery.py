"""Backbones that were pre-trained here while one watched: names, facts, where they lie.  No torch.

"grown" names the tiny network with random weights; "grown-<id of a run>" the weights that this
pre-training left in its folder.  They go when the run goes: whatever needs them says so in one
sentence, and everything else (which blocks, how large) stays known.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path

from tlcore.catalog import catalog_rows
from tlcore.ground.paths import data_dir

KIND = "grown"
NAME = re.compile(r"grown(?:-([0-9a-f]{32}))?")
WEIGHTS, NOTE = "grown.safetensors", "grown.json"
GONE = "gone"  # fingerprint of weights that are there no more


@dataclass(frozen=True)
class Note:
    """What lies beside the weights: `sha256` of their file, and how they came to be."""

    sha256: str
    data: str
    train_size: int
    epochs: int
    seed: int
    accuracy: float  # on the test pictures of the source, with the head that was trained there


def name(run_id: str) -> str:
    """The backbone that a pre-training run leaves."""
    return f"{KIND}-{run_id}"


def run_of(backbone: str) -> str | None:
    """The run that a name speaks of; None for the bare kind, and for every other backbone."""
    found = NAME.fullmatch(backbone)
    return found[1] if found else None


def is_grown(backbone: str) -> bool:
    return NAME.fullmatch(backbone) is not None


def folder(backbone: str) -> Path | None:
    run_id = run_of(backbone)
    return None if run_id is None else data_dir() / "runs" / run_id


def note(backbone: str) -> Note | None:
    """None where there is no such run, or its weights were tidied away."""
    where = folder(backbone)
    if where is None or not (where / WEIGHTS).is_file():
        return None
    try:
        return Note(**json.loads((where / NOTE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None  # half of a folder that goes: as good as gone


def row(backbone: str) -> catalog_rows.BackboneRow:
    """The facts; `fingerprint` names these weights, `id` the kind.  A name is known by its form."""
    shape = catalog_rows.grown()
    if run_of(backbone) is None:
        return shape
    found = note(backbone)
    if found is None:
        return replace(shape, fingerprint=GONE)
    accuracy = round(100 * found.accuracy, 2)
    return replace(shape, fingerprint=found.sha256, pretrained_on=found.data, top1=accuracy)
