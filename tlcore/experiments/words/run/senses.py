"""Which of a word's senses is meant?  Asked of each layer, of the static row, of the other words.

The judge is the plainest there is: for each sentence, the middle of the other sentences of each
sense, and the sense whose middle is nearer (leave one out, nearest centroid, Euclidean).  Nothing
is tuned on "bank": which layer is best is read off the other words' mean, and "bank" is asked once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tlcore import catalog
from tlcore.data.texts import samples
from tlcore.data.texts.occurrences import Occurrence
from tlcore.data.texts.samples import WordInContext
from tlcore.experiments.words.run import vectors
from tlcore.experiments.words.run.words import OTHERS, STATIC
from tlcore.ground.spread import wilson
from tlcore.networks import backbones

if TYPE_CHECKING:
    from tlcore.experiments.words.spec import SensesSpec

Row = dict[str, Any]
# Distances nearer to each other than this part of themselves are one: the static row of a word is
# the same in all sentences, and its last bit must not decide.
TIE = 1e-5


def rows(spec: SensesSpec, data_dir: Path, folder: Path) -> Iterator[Row]:
    """Progress by word, then the result; `folder` gets nothing: all is in the row."""
    backbone = backbones.build(spec.backbone)
    sets = by_word()
    told: list[Row] = []
    for done, (word, group, sentences) in enumerate(sets):
        yield {"kind": "progress", "part": "senses", "done": done, "of": len(sets)}
        places = [Occurrence(n, one.start, one.end) for n, one in enumerate(sentences)]
        found = vectors.of(backbone, [one.text for one in sentences], places)
        told.append(_word(word, group, sentences, found))
    yield {
        "kind": "result",
        "status": "finished",
        "backbone": spec.backbone,
        "layers": [block.name for block in catalog.backbone(spec.backbone).blocks],
        "words": told,
    }


def by_word() -> list[tuple[str, str, tuple[WordInContext, ...]]]:
    """(word, group, sentences): "bank" is asked, the nine choose the layer, Korean is tried."""
    sets = [("bank", "asked", samples.bank())]
    for group, written in (("choose", samples.senses()), ("korean", samples.korean())):
        for word in dict.fromkeys(one.word for one in written):
            sets.append((word, group, tuple(one for one in written if one.word == word)))
    return sets


def _word(word: str, group: str, sentences: Sequence[WordInContext], found: vectors.Vectors) -> Row:
    """Every sentence of these sets is short: none is cut, so all can be read."""
    senses = [one.sense for one in sentences]
    given = {STATIC: found.static, OTHERS: found.others}
    given |= {str(number): layer for number, layer in enumerate(found.layers)}
    return {
        "word": word,
        "group": group,
        "n": len(sentences),
        "senses": list(dict.fromkeys(senses)),
        "unknown": sum(one.unknown for one in found.tokens),
        "pieces": sum(len(one.words) for one in found.tokens),
        "views": {name: _judged(scores(rows, senses)) for name, rows in given.items()},
    }


def _judged(right: list[float]) -> Row:
    """A tie counts as the share that guessing would get."""
    low, high = wilson(sum(right), len(right))
    share = sum(right) / len(right)
    return {"right": right, "accuracy": share, "interval": [round(low, 4), round(high, 4)]}


def scores(rows: npt.NDArray[np.floating], senses: Sequence[str]) -> list[float]:
    """(n, D) -> of each: 1 right, 0 wrong, 1/k where k senses are equally near and it is one."""
    known = list(dict.fromkeys(senses))
    label = np.array([known.index(sense) for sense in senses])
    wide = rows.astype(np.float64)
    told = []
    for i in range(len(wide)):
        rest = np.arange(len(wide)) != i
        away = np.array(
            [
                np.linalg.norm(wide[i] - wide[rest & (label == sense)].mean(0))
                for sense in range(len(known))
            ]
        )
        size = max(float(np.linalg.norm(wide[i])), 1e-12)
        near = away <= away.min() + TIE * size
        told.append(float(near[label[i]] / near.sum()))
    return told
