"""What the matrix page holds: the chosen cell and size, its advice, its evidence, the way on."""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeGuard

import pandas as pd
import streamlit as st

from pages.ui import to_lab
from pages.ui.components import blocks, matrix
from pages.ui.frame import T, words
from tlcore import advisor, catalog, evidence, paths, recipe
from tlcore.advisor import CELLS, Advice, CellId

BACKBONE = "clothing"
KEY = "matrix.choice"


@dataclass(frozen=True)
class Choice:
    """A cell, a number of training pictures in it, and where own data were placed, if any."""

    cell: CellId
    size: int
    own: tuple[float, float] | None


def current() -> Choice:
    return st.session_state.get(KEY, Choice("similar_small", CELLS["similar_small"].size, None))


@cache
def thumbnails(data: str) -> str:
    """A strip of a few pictures of a data set as a data address."""
    file = paths.ASSETS / "samples" / f"{data}-strip.png"
    return "data:image/png;base64," + base64.b64encode(file.read_bytes()).decode()


def picture() -> Choice:
    """Draw the matrix; a click, a moved size or placed own data is the new choice."""
    now = current()
    cells = []
    for cell in CELLS.values():
        size = now.size if cell.id == now.cell else cell.size
        plan = advisor.advise(cell.id, size).plan
        cells.append(
            {
                "id": cell.id,
                "title": T(f"cell.{cell.id}"),
                "data": T(f"data.{cell.data}"),
                "size": size,
                "low": cell.low,
                "high": cell.high,
                "thumbnails": thumbnails(cell.data),
                "plan": {"read": plan.read, "keep": plan.keep, "freeze": plan.freeze},
                "summary": T(f"advice.{cell.id}.short"),
            }
        )
    own = {"x": now.own[0], "y": now.own[1]} if now.own else None
    found = matrix(
        cells,
        {"cell": now.cell, "size": now.size},
        own=own,
        blocks=len(catalog.backbone(BACKBONE).blocks),
        words=words("matrix"),
        key="matrix.picture",
    )
    new = _choice(found, now)
    if new != now:
        st.session_state[KEY] = new
        st.rerun()
    return now


def _choice(found: dict[str, Any] | None, now: Choice) -> Choice:
    """What the picture says, brought into range: it comes from a browser."""
    cell = next((c for c in CELLS.values() if found and c.id == found.get("cell")), None)
    if found is None or cell is None:
        return now
    size, own = found.get("size"), None
    if placed := found.get("own"):
        own = _point(placed)
        if own is None:
            return now
        _, size = advisor.cell_at(*own)
    if not _is_number(size):
        return now
    return Choice(cell.id, min(max(round(size), cell.low), cell.high), own)


def _point(placed: Any) -> tuple[float, float] | None:
    x, y = (placed.get(axis) if isinstance(placed, dict) else None for axis in ("x", "y"))
    return (float(x), float(y)) if _is_number(x) and _is_number(y) else None


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and math.isfinite(value)


def advice(choice: Choice) -> Advice:
    return advisor.advise(choice.cell, choice.size, BACKBONE)


def plan_picture(found: Advice, choice: Choice) -> None:
    """The advised plan on the block picture, not to be moved here."""
    blocks(
        catalog.backbone(BACKBONE),
        found.plan,
        classes=len(catalog.dataset(CELLS[choice.cell].data).classes),
        stamp=0,
        disabled=True,
        words=words("blocks"),
        key="matrix.plan",
    )


def recipe_table(found: Advice, choice: Choice) -> None:
    """Rate, epochs and the rest as the cell advises them."""
    lines = {
        T("field.train_size"): f"{choice.size:,}",
        T("field.epochs"): str(found.epochs),
        T("field.head_lr"): f"{found.head_lr:g}",
    }
    if found.plan.freeze < found.plan.read:
        lines[T("field.lr")] = f"{found.lr:g}"
        lines[T("field.layer_decay")] = f"{found.layer_decay:g}"
    lines[T("field.augment")] = T(f"choice.augment.{found.augment}")
    st.table(pd.Series(lines, name=T("matrix.value")).to_frame())


def _name(strategy: str, advised: bool) -> str:
    name = T(f"strategy.{strategy}")
    return T("matrix.advised", strategy=name) if advised else name


def measured(choice: Choice, answer: Advice) -> None:
    """What was measured for this cell, with its conditions, also where it disagrees."""
    found = evidence.cell(choice.cell)
    plans = recipe.strategies(len(catalog.backbone(BACKBONE).blocks))
    advised = next((name for name, plan in plans.items() if plan == answer.plan), "")
    st.markdown(f"**{T('matrix.measured')}**")
    st.dataframe(
        pd.DataFrame(
            {
                T("matrix.strategy"): [
                    _name(r.strategy, r.strategy == advised) for r in found.rows
                ],
                T("result.accuracy"): [r.accuracy * 100 for r in found.rows],
                T("matrix.spread"): [r.half_width * 100 for r in found.rows],
                T("result.seconds"): [r.seconds for r in found.rows],
                T("lab.learning"): [r.learning for r in found.rows],
            }
        ),
        hide_index=True,
        height="content",  # eleven rows: the last one is the comparison with no transfer
        column_config={
            T("result.accuracy"): st.column_config.ProgressColumn(
                format="%.1f%%", min_value=0, max_value=100
            ),
            T("matrix.spread"): st.column_config.NumberColumn(format="± %.1f"),
            T("result.seconds"): st.column_config.NumberColumn(format="%.1f s"),
            T("lab.learning"): st.column_config.NumberColumn(format="localized"),
        },
    )
    best, cheapest = found.best, found.verdict
    key = "matrix.verdict.same" if best == cheapest else "matrix.verdict.tie"
    st.markdown(
        T(
            key,
            best=T(f"strategy.{best.strategy}"),
            cheapest=T(f"strategy.{cheapest.strategy}"),
            best_accuracy=f"{best.accuracy:.1%}",
            cheapest_accuracy=f"{cheapest.accuracy:.1%}",
        )
    )
    epochs = advisor.epochs_for(CELLS[choice.cell].size)
    st.caption(T("matrix.conditions", epochs=epochs, **found.conditions))


def try_it(found: Advice, choice: Choice) -> None:
    """Carry everything to the lab; the other textbook's answer likewise."""
    cell = CELLS[choice.cell]
    shared = {"backbone": BACKBONE, "data": cell.data, "train_size": choice.size}
    with st.container(horizontal=True):
        for name, plan in (("try", found.plan), ("try_other", found.other)):
            if st.button(
                T(f"matrix.{name}"),
                key=f"matrix.{name}",
                type="primary" if name == "try" else "secondary",
                icon=T("icon.fine_tune"),
                help=T(f"advice.{choice.cell}.other") if name == "try_other" else None,
            ):
                to_lab.carry(found, plan, **shared)
    if choice.own:
        st.caption(T("matrix.own_about", data=T(f"data.{cell.data}")))
