"""The block picture: a backbone from its input to its head, and the plan's one control.

Three boundaries (read, keep, freeze) are dragged, moved by the arrow keys, or set by a click on a
block.  The counts follow in the browser at once; Python hears of the plan when the hand lets go.
It told beforehand what becomes of each block wherever the boundaries go: the browser has no rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pages.ui.frame import bundle
from tlcore.catalog import BackboneRow, BlockRow
from tlcore.ground.recipe import BlockState, TransferPlan
from tlcore.ground.variants import Learns
from tlcore.training import estimate

_component = bundle.component(
    "tl_blocks", __file__, js=("common", "plan", "blocks"), css=("common", "blocks")
)


def blocks(
    row: BackboneRow,
    plan: TransferPlan,
    *,
    classes: int,
    words: Mapping[str, str],
    key: str,
    stamp: int = 0,
    disabled: bool = False,
    groups: Sequence[Mapping[str, Any]] | None = None,
    on_plan: Callable[[], None] | None = None,
) -> TransferPlan:
    """Draw `row` under `plan`; return the plan as the reader has it now.

    The newer wins: a plan set from Python (a preset, a link) comes with a new `stamp` and replaces
    what the reader did; under the same `stamp` the reader's hand is the newer.  `classes` sizes the
    head.  `disabled`: a picture, not a control.
    `groups` (those of a run's start row) shows each block's share of the rate, "x 0.8".
    """
    data = {
        "id": row.id,
        "size": row.size,
        "channels": row.channels,
        "blocks": told(row, plan.learns, classes),
        "plan": {"read": plan.read, "keep": plan.keep, "freeze": plan.freeze},
        "classes": classes,
        "stamp": stamp,
        "disabled": disabled,
        "rates": {group["name"]: group.get("lr_scale") for group in groups or ()},
        "words": dict(words),
    }
    result = _component(key=key, data=data, on_plan_change=on_plan or (lambda: None))
    moved = _plan(result.plan, stamp, len(row.blocks))
    return plan if disabled or moved is None else replace(moved, learns=plan.learns)


def told(row: BackboneRow, learns: Learns, classes: int) -> list[dict[str, Any]]:
    """Each block's facts, a head's size behind it, and what becomes of it place by place."""
    return [
        {"name": b.name, "parameters": b.parameters, "channels": b.channels, "size": b.size}
        | {"head": estimate.head_parameters(b.channels, classes)}
        | {"standing": standing(b, number, learns)}
        for number, b in enumerate(row.blocks, start=1)
    ]


def look(state: BlockState) -> str:
    """How a block in this state is drawn."""
    return {"new": "fresh", "added": "kept"}.get(state, state)


def standing(block: BlockRow, number: int, learns: Learns) -> dict[str, dict[str, Any]]:
    """What becomes of block `number` in each place that it can have to the boundaries, as plan.js
    calls them: how it is drawn, the word for it, and its parameters (learning, total)."""
    below = number - 1
    places = {
        "dropped": TransferPlan(below, below, below, learns),
        "fresh": TransferPlan(number, below, below, learns),
        "frozen": TransferPlan(number, number, number, learns),
        "first": TransferPlan(number, number, below, learns),  # of those behind the frozen ones
        "kept": TransferPlan(number, number, below - 1, learns),
    }
    found = {}
    for place, plan in places.items():
        if plan.in_order(number):  # the first block is never dropped, nor kept behind another
            state = plan.state(number)
            learning, total = estimate.of_block(block, plan, number)
            found[place] = {
                "state": look(state),
                "word": learns if state == "added" else look(state),
                "learning": learning,
                "total": total,
            }
    return found


def _plan(value: Any, stamp: int, count: int) -> TransferPlan | None:
    """What the browser sent, or None where it is old news or not a plan of this backbone."""
    if not isinstance(value, Mapping) or value.get("stamp") != stamp:
        return None
    try:
        plan = TransferPlan(int(value["read"]), int(value["keep"]), int(value["freeze"]))
    except (KeyError, TypeError, ValueError):
        return None
    return plan if plan.in_order(count) else None
