"""Steps that must wait for one another while a text is read, by its length; and milliseconds.

Counted from the layers of the model itself: an LSTM takes a word only after the word before it,
a layer of attention takes all words at once, a table of words waits for nothing.  Milliseconds are
of this machine: on a processor, where nothing waits for want of hands, fewer steps need not be
faster.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from tlcore.data.texts.tokenizer import ENTRIES
from tlcore.networks import seeds
from tlcore.networks.language import objectives, small

if TYPE_CHECKING:
    from tlcore.experiments.objectives.spec import ObjectiveStepsSpec

TRIES = 5  # the median of these; one more comes before and is not counted
Row = dict[str, Any]


def rows(spec: ObjectiveStepsSpec, data_dir: Path, folder: Path) -> Iterator[Row]:
    """Progress, then steps and milliseconds of each model by length; nothing is written."""
    told: list[Row] = []
    for number, name in enumerate(spec.asked):
        yield {"kind": "progress", "part": name, "done": number, "of": len(spec.asked)}
        blocks = small.trained(name)[0].blocks
        told.append(
            {
                "objective": name,
                "layers": len(blocks) - 1,
                "steps": [in_turn(blocks, length) for length in spec.lengths],
                "ms": [_ms(blocks, length, spec.texts_a_batch) for length in spec.lengths],
            }
        )
    yield {
        "kind": "result",
        "status": "finished",
        "lengths": list(spec.lengths),
        "texts": spec.texts_a_batch,
        "threads": torch.get_num_threads(),
        "models": told,
    }


def in_turn(blocks: nn.Sequential, length: int) -> int:
    """Steps of which each needs the one before it.  Layers follow each other; the two directions of
    a layer do not."""
    return sum(_of_layer(block, length) for block in list(blocks)[1:])


def _of_layer(block: nn.Module, length: int) -> int:
    recurrent = any(isinstance(module, nn.RNNBase) for module in block.modules())
    return length if recurrent else 1


def _ms(blocks: nn.Sequential, length: int, texts: int) -> float:
    """Median milliseconds to read so many texts of this length, forward only."""
    dice = seeds.generator(0, "language", "steps", length)
    ids = torch.randint(objectives.WORDS, ENTRIES, (texts, length), generator=dice)
    took = []
    blocks.eval()
    with torch.no_grad():
        for _ in range(TRIES + 1):
            began = time.perf_counter()
            blocks(ids)
            took.append(1000 * (time.perf_counter() - began))
    return round(median(took[1:]), 3)
