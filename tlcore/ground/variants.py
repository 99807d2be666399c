"""Ways of learning, a row each: what of the kept blocks moves, what is added, and all that follows.

Nothing else in the house asks for a way by its name: engine, estimate, exporter, command line and
pages read the row.  A new way is a row, the module of its `parts` where something of a block learns
(tlcore.training.transfer.parts says what such a module has), and its texts, `variant.<name>.*` in
assets/locale.  Standard library only: torch loads `parts` and `distance` by their names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

# In the order in which a reader chooses among them.
Learns = Literal["blocks", "first_block", "norm_statistics", "biases", "lora", "adapters"]

WEIGHTS = "tlcore.training.engine.observe:weights_of"
EVERY_NUMBER = "tlcore.training.engine.observe:numbers_of"
# Peak rate of what LoRA and adapters add, which begins at zero: at the careful rate it learns too
# little (`clothing`, 200 garments, 20 epochs, two seeds: LoRA .856, .865 and .874 at 1e-3, 3e-3 and
# 1e-2, adapters .858 and .865 at 3e-3 and 1e-2; everything at 1e-3 .874).
ADDED = 1e-2
# Of biases alone, the same pictures: .848, .851, .855, .852 and .835 at 1e-2, 3e-2, 1e-1, 3e-1
# and 1; two seeds differ by up to .03.
OF_BIASES = 1e-1
# The same of an encoder of texts (`minilm`, 240 reviews, 3 epochs, means of 3 seeds with 100 texts
# of test each): .603, .597, .637 and .613 at 1e-4, 3e-4, 1e-3 and 3e-3; the seeds differ by .11 to
# .18.  The head alone, as the page trains it, gives .663 there; `text-masked`, `text-causal` and
# `text-bilstm` stay between .49 and .55 at each of these rates, where guessing gives .5.
OF_BIASES_OF_TEXTS = 1e-3


@dataclass(frozen=True)
class Variant:
    """One way; the defaults are those of plain fine-tuning."""

    name: Learns
    source: str = ""  # who proposed it; empty: no strategy is called by this name
    # What of the kept blocks behind the frozen ones learns: the whole block, only the first of
    # them, nothing, or a part of each, its weights staying as they were.
    kept: Literal["whole", "first", "nothing", "part"] = "whole"
    numbered: bool = False  # it is called by the number of its block
    # Of "part": the module that says which, for pictures and for texts, and the fields of a block
    # in catalog.json with how many numbers it adds and how many of the block's own learn.
    parts: Mapping[str, str] = field(default_factory=dict)
    added: str = ""
    own: str = ""
    sums: bool = False  # a layer computes with the sum of a weight and what is added to it
    remains: bool = False  # what is added stays in the network; it can be no part of the weights
    measures: bool = False  # batch-norm statistics are measured anew: of pictures alone
    distance: str = WEIGHTS  # how far a block is from its start, over what; empty: it has no start
    needs: tuple[str, ...] = ()  # its section of train_again.txt: math, constants of its module
    lr: float | None = None  # peak rate where it is a strategy; None: the careful one
    lr_of_texts: float | None = None  # the same for an encoder of texts; None: not offered there


def _both(module: str) -> dict[str, str]:
    return {"picture": module, "text": module}


VARIANTS: dict[str, Variant] = {  # in the order of the lesson: the fewest numbers first
    row.name: row
    for row in (
        Variant("blocks"),
        Variant(
            "norm_statistics",
            "Li et al. 2016, arXiv:1603.04779",
            kept="nothing",
            measures=True,
        ),
        Variant(
            "biases",
            "Ben Zaken et al. 2022, arXiv:2106.10199",
            kept="part",
            parts=_both("tlcore.training.additions.biases"),
            own="biases",
            distance=EVERY_NUMBER,
            lr=OF_BIASES,
            lr_of_texts=OF_BIASES_OF_TEXTS,
        ),
        Variant(
            "adapters",
            "Houlsby et al. 2019, arXiv:1902.00751",
            kept="part",
            parts={
                "picture": "tlcore.training.additions.adapters",
                "text": "tlcore.training.additions.text_adapters",
            },
            added="adapters",
            own="norms",
            remains=True,
            distance="",  # the blocks do not move, and adapters come from nowhere
            lr=ADDED,
            lr_of_texts=1e-3,
        ),
        Variant(
            "lora",
            "Hu et al. 2021, arXiv:2106.09685",
            kept="part",
            parts=_both("tlcore.training.additions.lora"),
            added="lora",
            sums=True,
            needs=("math", "RANK", "ALPHA"),
            lr=ADDED,
            lr_of_texts=1e-3,
        ),
        Variant("first_block", "Lee et al. 2022, arXiv:2210.11466", kept="first", numbered=True),
    )
}


def of(learns: str) -> Variant:
    """Raises KeyError: no such way."""
    return VARIANTS[learns]
