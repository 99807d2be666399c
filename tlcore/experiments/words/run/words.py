"""One word in a reader's sentences: how alike its vectors are, layer by layer, and where they lie.

Told by a worker as rows; everything a page shows of it is in the result.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tlcore import catalog
from tlcore.data.texts import occurrences
from tlcore.experiments.words.run import attention, plane, vectors
from tlcore.experiments.words.run.vectors import Vectors, unit
from tlcore.networks import backbones
from tlcore.networks.text.tokens import Tokens

if TYPE_CHECKING:
    from tlcore.experiments.words.spec import WordsSpec

Row = dict[str, Any]
STATIC, OTHERS = "static", "others"
JAMO = re.compile("[\u1100-\u11ff]")  # single letters of Korean


def rows(spec: WordsSpec, data_dir: Path, folder: Path) -> Iterator[Row]:
    """What a worker tells; `folder` and `data_dir` get nothing: all is in the row."""
    yield {"kind": "progress", "part": "model", "done": 0, "of": 1}
    backbone = backbones.build(spec.backbone)
    places = occurrences.find(spec.word, spec.sentences)
    looked_at = places[: occurrences.MOST]
    found = vectors.of(backbone, spec.sentences, looked_at)
    yield {
        "kind": "result",
        "status": "finished",
        "backbone": spec.backbone,
        "word": spec.word,
        "sentences": list(spec.sentences),
        "read": [_read(one, text) for one, text in zip(found.tokens, spec.sentences, strict=True)],
        "missing": occurrences.missing(places, spec.sentences),
        "left": len(places) - len(looked_at),
        "unread": [[one.sentence, one.start, one.end] for one in found.unread],
        "found": [[one.sentence, one.start, one.end] for one in found.found],
        "layers": [block.name for block in catalog.backbone(spec.backbone).blocks],
        "views": views(found) if found.found else [],
        "attention": attention.told(backbone, found.tokens, found.found),
    }


def views(found: Vectors) -> list[Row]:
    """The static row, the other words' mean, then the layers: cosines (n, n) and a map."""
    flat = plane.maps([found.others, *found.layers])
    at_rest = plane.flatten(found.static)  # one point, unless the word is written in several forms
    told = [
        _view(STATIC, found.static, at_rest, None),
        _view(OTHERS, found.others, flat[0], None),
    ]
    for number, (layer, where, other) in enumerate(
        zip(found.layers, flat[1:], found.unrelated, strict=True)
    ):
        told.append(_view(str(number), layer, where, other))
    return told


def _view(
    name: str, rows: npt.NDArray[np.floating], where: plane.Map, unrelated: float | None
) -> Row:
    told = cosines(rows)
    return {
        "id": name,
        "cosine": [[None if c is None else round(c, 4) for c in line] for line in told],
        "mean": mean_of_pairs(told),
        "unrelated": None if unrelated is None else round(unrelated, 4),
        "map": np.round(where.points, 4).tolist(),
        "share": None if where.share is None else round(where.share, 4),
    }


def cosines(rows: npt.NDArray[np.floating]) -> list[list[float | None]]:
    """(n, D) -> n lines of n; None where one of the two has no direction."""
    lie = unit(rows)
    there = np.abs(lie).sum(1) > 0
    products = np.clip(lie @ lie.T, -1, 1)
    return [
        [float(products[i, j]) if there[i] and there[j] else None for j in range(len(rows))]
        for i in range(len(rows))
    ]


def mean_of_pairs(told: Sequence[Sequence[float | None]]) -> float | None:
    """Over all pairs of two; None where there is none."""
    pairs = [c for i, line in enumerate(told) for c in line[:i] if c is not None]
    return round(float(np.mean(pairs)), 4) if pairs else None


def _read(one: Tokens, text: str) -> Row:
    """How the model's tokenizer met a sentence; `letters`: Korean syllables that fell apart."""
    apart = {
        begin
        for piece, (begin, end) in zip(one.pieces, one.spans, strict=True)
        if JAMO.search(piece) and occurrences.HANGUL.match(text[begin:end])
    }
    return {
        "pieces": len(one.words),
        "unknown": one.unknown,
        "cut": one.cut,
        "letters": len(apart),
    }
