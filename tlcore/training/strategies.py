"""Named ways to fine-tune, all of them one mechanism: a plan and a few fields of the recipe.

A strategy says what learns and at which rate; pictures, length, batch and seed stay as they are.
Backbones differ in their number of blocks, so each is a function of it.  Standard library only,
but for the texts.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from tlcore.ground import recipe
from tlcore.ground.recipe import RANK, Recipe, TransferPlan
from tlcore.ground.variants import VARIANTS, Variant
from tlcore.training import what_learned
from tlcore.words import i18n

if TYPE_CHECKING:
    from tlcore.training.spec_fine_tune import FineTuneSpec

Settings = dict[str, Any]  # fields of FineTuneSpec

CAREFUL, BOLD = 1e-3, 3e-3  # peak rates: of what is to be kept, and where there is nothing to keep
# Of a head that is solved already: `photo`, 300 pictures of ten unknown classes, everything learns:
# .814 of the test pictures at this rate and at ten times it, .807 at 3e-3 (one seed).
GENTLE = 1e-4
PULL = 10.0  # weight decay towards the start: AdamW's steps hardly feel less
DECAY = 0.8  # factor on the rate, one block down (ELECTRA's small and base models)
_CS231N = "CS231n, cs231n.github.io/transfer-learning"
_YOSINSKI = "Yosinski et al. 2014, arXiv:1411.1792"
# What a strategy sets unless it says otherwise: so that none is left with another one's settings.
_PLAIN: Settings = {
    name: getattr(Recipe, name)
    for name in ("head_lr", "head_start", "layer_decay", "weight_decay", "decay_to", "unfreeze")
}
_DEPTH = re.compile(r"from_([2-9]|[1-9][0-9]{1,2})")


@dataclass(frozen=True)
class Strategy:
    """`name` is also the key of its texts; `settings(blocks)` the fields that it sets."""

    name: str
    source: str
    settings: Callable[[int], Settings]


def _planned(plan: Callable[[int], TransferPlan], **more: Any) -> Callable[[int], Settings]:
    return lambda blocks: {**_PLAIN, **dataclasses.asdict(plan(blocks)), **more}


def _variant(row: Variant) -> Strategy:
    more = {} if row.lr is None else {"lr": row.lr}
    plan = _planned(lambda n: dataclasses.replace(recipe.everything(n), learns=row.name), **more)
    return Strategy(row.name, row.source, plan)


STRATEGIES: dict[str, Strategy] = {  # in the order of the lesson; the depths come in between
    strategy.name: strategy
    for strategy in (
        Strategy(
            "scratch", "He et al. 2018, arXiv:1811.08883", _planned(recipe.from_scratch, lr=BOLD)
        ),
        Strategy(
            "probe",
            "Alain & Bengio 2016, arXiv:1610.01644",
            _planned(recipe.head_only, head_start="solved", epochs=0),
        ),
        Strategy("head_only", _CS231N, _planned(recipe.head_only)),
        Strategy("earlier", _CS231N, _planned(recipe.earlier)),
        Strategy("last_blocks", _CS231N, _planned(recipe.last_blocks)),
        *(_variant(row) for row in VARIANTS.values() if row.source),
        Strategy("everything", "Kornblith et al. 2019 (CVPR)", _planned(recipe.everything)),
        Strategy(
            "lp_ft",
            "Kumar et al. 2022, arXiv:2202.10054",
            _planned(recipe.everything, head_start="solved", head_lr=GENTLE),
        ),
        Strategy(
            "gradual",
            "Howard & Ruder 2018, arXiv:1801.06146",
            _planned(recipe.everything, unfreeze="gradual"),
        ),
        Strategy(
            "layer_decay",
            "Howard & Ruder 2018, arXiv:1801.06146",
            _planned(recipe.everything, layer_decay=DECAY),
        ),
        Strategy(
            "l2_sp",
            "Li et al. 2018, arXiv:1802.01483",
            _planned(recipe.everything, decay_to="start", weight_decay=PULL),
        ),
    )
}


def depths(blocks: int) -> tuple[str, ...]:
    """Every depth between the head and everything, the cheapest first: from_8 ... from_2."""
    return tuple(f"from_{block}" for block in range(blocks, 1, -1))


def names(blocks: int) -> tuple[str, ...]:
    """All strategies of a backbone, the depths behind the last blocks."""
    known = list(STRATEGIES)
    at = known.index("last_blocks") + 1
    return (*known[:at], *depths(blocks), *known[at:])


def find(name: str, blocks: int) -> Strategy | None:
    """None where there is no such strategy for a backbone of so many blocks."""
    told = _DEPTH.fullmatch(name)
    if told and int(told[1]) <= blocks:
        first = int(told[1])
        return Strategy(name, _YOSINSKI, _planned(lambda n: recipe.from_block(first, n)))
    return STRATEGIES.get(name)


def settings(name: str, blocks: int) -> Settings:
    """The fields of FineTuneSpec that a strategy sets.  Raises KeyError: no such strategy."""
    found = find(name, blocks)
    if found is None:
        raise KeyError(name)
    return found.settings(blocks)


def peak_rates(names: Sequence[str], blocks: int, careful: float) -> dict[float, list[str]]:
    """{peak rate of what learns in the blocks: who trains at it}, the smallest first; without those
    in whose blocks no number learns.  `careful`: of those that name none of their own."""
    found: dict[float, list[str]] = {}
    for name in names:
        given = settings(name, blocks)
        plan = TransferPlan(**{field.name: given[field.name] for field in fields(TransferPlan)})
        if plan.fixed < plan.read:
            found.setdefault(given.get("lr", careful), []).append(name)
    return dict(sorted(found.items()))


def apply(name: str, spec: FineTuneSpec) -> FineTuneSpec:
    """The same fine-tune by another strategy.  Raises KeyError, UserError("spec.invalid")."""
    from tlcore import catalog

    blocks = len(catalog.backbone(spec.backbone).blocks)
    return type(spec)(**{**spec.model_dump(), **settings(name, blocks)})


def title(name: str, blocks: int, language: str) -> str:
    """What readers call it."""
    if told := _DEPTH.fullmatch(name):
        return what_learned.core(recipe.from_block(int(told[1]), blocks), language)
    if name == "earlier":
        return i18n.t("strategy.at_block", language, block=recipe.earlier(blocks).read)
    return i18n.t(f"variant.{name}.title" if name in VARIANTS else f"strategy.{name}", language)


def about(name: str, blocks: int, language: str) -> str:
    """One sentence: what learns, and at which rate."""
    values = {
        "blocks": blocks,
        "read": recipe.earlier(blocks).read,
        "decay": DECAY,
        "pull": f"{PULL:g}",
        "gentle": f"{GENTLE:g}",
        "rank": RANK,
    }
    if name in VARIANTS:
        return i18n.t(f"variant.{name}.about", language, lr=VARIANTS[name].lr, **values)
    values["last"] = blocks - recipe.last_blocks(blocks).freeze
    if told := _DEPTH.fullmatch(name):
        return i18n.t("strategy.depth.about", language, first=int(told[1]), **values)
    return i18n.t(f"strategy.{name}.about", language, **values)
