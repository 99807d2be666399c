"""The catalogue's rows on labelled texts, counted from the texts themselves."""

from __future__ import annotations

import hashlib
from typing import Any

from tlcore.catalog.labelled import TextSet
from tlcore.data.texts import text_sets

WRITTEN = "assets/samples/text/card.json"
ORIGIN = {"reviews": WRITTEN, "topics": WRITTEN}
GENERATED = "tlcore/data/corpus/sentiment.py"
LICENCES = {
    WRITTEN: "MIT (written for this project by a language model)",
    GENERATED: "MIT (made by this project's templates)",
}


def facts(name: str) -> dict[str, Any]:
    found = text_sets.read(name)
    origin = ORIGIN.get(name, GENERATED)
    return {
        "id": name,
        "classes": list(found.classes),
        "train_pool": len(found.pool),
        "val": len(found.val),
        "test": len(found.test),
        "size": 0,
        "channels": 0,
        "fingerprint": fingerprint(found),
        "licence": LICENCES[origin],
        "origin": origin,
        "source": "embedded" if origin == WRITTEN else "drawn",
        "modality": "text",
    }


def fingerprint(found: TextSet) -> str:
    """Sha256 of all texts and labels, in order, part by part."""
    sha = hashlib.sha256()
    for part in (found.pool, found.val, found.test):
        for text, label in zip(part.texts, part.labels, strict=True):
            sha.update(f"{label}\t{text}\n".encode())
        sha.update(b"\n")
    return sha.hexdigest()
