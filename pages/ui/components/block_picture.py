"""The block picture: a backbone from its input to its head, and the plan's one control.

Three boundaries (read, keep, freeze) are dragged, moved by the arrow keys, or set by a click on a
block.  The counts follow in the browser at once; Python hears of the plan when the hand lets go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from pages.ui.components import bundle
from tlcore.catalog import BackboneRow
from tlcore.recipe import TransferPlan

_component = st.components.v2.component(
    "tl_blocks",
    css=bundle.css("common", "blocks"),
    js=bundle.javascript("common", "plan", "blocks"),
    isolate_styles=False,
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
    head (`channels * classes + classes` parameters).  `disabled`: a picture, not a control.
    `groups` (those of a run's start row) shows each block's share of the rate, "x 0.8".
    """
    data = {
        "id": row.id,
        "size": row.size,
        "channels": row.channels,
        "blocks": [
            {"name": b.name, "parameters": b.parameters, "channels": b.channels, "size": b.size}
            | {"added": b.added(plan.learns)}
            for b in row.blocks
        ],
        "plan": {"read": plan.read, "keep": plan.keep, "freeze": plan.freeze},
        "learns": plan.learns,
        "classes": classes,
        "stamp": stamp,
        "disabled": disabled,
        "rates": {group["name"]: group.get("lr_scale") for group in groups or ()},
        "words": dict(words),
    }
    result = _component(key=key, data=data, on_plan_change=on_plan or (lambda: None))
    moved = _plan(result.plan, stamp, len(row.blocks))
    return plan if disabled or moved is None else replace(moved, learns=plan.learns)


def _plan(value: Any, stamp: int, count: int) -> TransferPlan | None:
    """What the browser sent, or None where it is old news or not a plan of this backbone."""
    if not isinstance(value, Mapping) or value.get("stamp") != stamp:
        return None
    try:
        plan = TransferPlan(int(value["read"]), int(value["keep"]), int(value["freeze"]))
    except (KeyError, TypeError, ValueError):
        return None
    return plan if plan.in_order(count) else None
