"""Which small language models are there: those with weights and a card in assets/backbones."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from tlcore.catalog import stored
from tlcore.ground.paths import ASSETS

FOLDER = ASSETS / "backbones"
# In the order of a lesson: what fills a gap, what reads one way, both ways, then words alone.
ORDER = ("masked", "causal", "bilstm", "permutation", "span", "skipgram", "cooccurrence")
HUB = ("bert_base", "gpt2")  # what was published as such: hidden words, next word


def there(folder: Path | None = None) -> tuple[str, ...]:
    """Objectives whose model can be asked."""
    at = folder or FOLDER
    return tuple(
        name
        for name in ORDER
        if all((at / f"text-{name}.{kind}").exists() for kind in ("json", "safetensors"))
    )


def of_hub() -> tuple[str, ...]:
    """Large models that fill gaps and are on this machine."""
    return tuple(name for name in HUB if stored.present(name))


@cache
def card(objective: str) -> dict[str, Any]:
    """What was measured of a model, and how it was trained."""
    told: dict[str, Any] = json.loads((FOLDER / f"text-{objective}.json").read_text("utf-8"))
    return told


def fingerprint(objectives: tuple[str, ...]) -> str:
    """Names the weights of these models by what their cards say of them."""
    told = json.dumps([[name, card(name)["sha256"]] for name in objectives])
    return hashlib.sha256(told.encode()).hexdigest()
