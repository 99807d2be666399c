"""What the matrix page holds: the chosen cell and size, its advice, its evidence, the way on."""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeGuard

import pandas as pd
import streamlit as st

from pages.decide.matrix.picture import matrix
from pages.ui.blocks.picture import blocks, look
from pages.ui.forms import to_lab
from pages.ui.frame.navigation import page_file
from pages.ui.frame.speech import T, plain, words
from pages.ui.runs import naming, runs
from tlcore import catalog
from tlcore.catalog import own, stored
from tlcore.experiments.matrix import advisor
from tlcore.experiments.matrix.advisor import Advice, Cell, CellId
from tlcore.ground import paths
from tlcore.ground.recipe import TransferPlan

KEY = "matrix.choice"
CLASSES = 10  # of the head in the picture, where no pictures are at hand
BACKBONE = "matrix.backbone"


@dataclass(frozen=True)
class Choice:
    """A cell, a number of training pictures in it, and where own data were placed, if any."""

    cell: CellId
    size: int
    own: tuple[float, float] | None
    backbone: str = "clothing"

    @property
    def stands_for(self) -> Cell:
        return advisor.cells(self.backbone)[self.cell]


def current() -> Choice:
    return st.session_state.get(KEY, _first("clothing"))


def _first(backbone: str) -> Choice:
    return Choice("similar_small", advisor.cells(backbone)["similar_small"].size, None, backbone)


def backbone() -> None:
    """Which backbone the matrix is of: the same pictures are near to one and far from another."""
    names = [name for name in advisor.MATRICES if name in catalog.backbones()]
    if len(names) < 2:
        return
    st.session_state[BACKBONE] = current().backbone
    st.segmented_control(
        T("field.backbone"),
        names,
        key=BACKBONE,
        format_func=lambda name: T(f"backbone.{name}"),
        on_change=_another,
        required=True,
    )


def _another() -> None:
    st.session_state[KEY] = _first(st.session_state[BACKBONE])


@cache
def thumbnails(data: str) -> str:
    """A strip of a few pictures of a data set as a data address."""
    file = paths.ASSETS / "samples" / f"{data}-strip.png"
    return "data:image/png;base64," + base64.b64encode(file.read_bytes()).decode()


def picture() -> Choice:
    """Draw the matrix; a click, a moved size or placed own data is the new choice."""
    now = current()
    numbers = range(1, len(catalog.backbone(now.backbone).blocks) + 1)
    cells = []
    for cell in advisor.cells(now.backbone).values():
        size = now.size if cell.id == now.cell else cell.size
        plan = advisor.advise(cell.id, size, now.backbone).plan
        cells.append(
            {
                "id": cell.id,
                "title": T(f"cell.{cell.id}"),
                "data": T(f"data.{cell.data}" if cell.data else "matrix.own_pictures"),
                "size": size,
                "low": cell.low,
                "high": cell.high,
                "thumbnails": thumbnails(cell.data) if cell.data else [],
                "states": [look(plan.state(n)) for n in numbers],
                "summary": T(f"advice.{cell.id}.short"),
            }
        )
    own = {"x": now.own[0], "y": now.own[1]} if now.own else None
    found = matrix(
        cells,
        {"cell": now.cell, "size": now.size},
        own=own,
        words=words("matrix"),
        key=f"matrix.picture.{now.backbone}",
    )
    new = _choice(found, now)
    if new != now:
        st.session_state[KEY] = new
        st.rerun()
    return now


def _choice(found: dict[str, Any] | None, now: Choice) -> Choice:
    """What the picture says, brought into range: it comes from a browser."""
    cells = advisor.cells(now.backbone).values()
    cell = next((c for c in cells if found and c.id == found.get("cell")), None)
    if found is None or cell is None:
        return now
    size, at = found.get("size"), None
    if placed := found.get("own"):
        at = _point(placed)
        if at is None:
            return now
        _, size = advisor.cell_at(*at)
    if not _is_number(size):
        return now
    within = min(max(round(size), cell.low), cell.high)
    return Choice(cell.id, within, at, now.backbone)


def _point(placed: Any) -> tuple[float, float] | None:
    x, y = (placed.get(axis) if isinstance(placed, dict) else None for axis in ("x", "y"))
    return (float(x), float(y)) if _is_number(x) and _is_number(y) else None


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and math.isfinite(value)


def advice(choice: Choice) -> Advice:
    return advisor.advise(choice.cell, choice.size, choice.backbone)


def plan_picture(found: Advice, choice: Choice) -> None:
    """The advised plan on the block picture, not to be moved here."""
    blocks(
        catalog.backbone(choice.backbone),
        found.plan,
        classes=len(catalog.dataset(data).classes) if (data := at_hand(choice)) else CLASSES,
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
    rows = [{T("run.setting"): name, T("matrix.value"): value} for name, value in lines.items()]
    st.table(pd.DataFrame(rows), hide_index=True)


def at_hand(choice: Choice) -> str | None:
    """The data set that goes to the lab.  Where no photographs may be shipped: the reader's own
    pictures, the largest set first, else one that was downloaded."""
    if choice.stands_for.data:
        return choice.stands_for.data
    mine = [found for found in own.of(runs.user()) if found.usable]
    if mine:
        return max(mine, key=lambda found: len(found.pictures)).id
    return next((name for name in advisor.PHOTOGRAPHS if stored.present(name)), None)


def _shared(choice: Choice, data: str) -> dict[str, Any]:
    """What every plan for this choice is carried to the lab with."""
    shared: dict[str, Any] = {"backbone": choice.backbone, "data": data}
    shared |= {"train_size": min(choice.size, catalog.dataset(data).train_pool)}
    if choice.stands_for.data:
        shared["difficulty"] = choice.stands_for.difficulty
    return shared


def carry_button(name: str, found: Advice, plan: TransferPlan, choice: Choice) -> None:
    """Another advice for the same choice, to the lab; nothing where no pictures are at hand."""
    data = at_hand(choice)
    if data and st.button(T("advice.try"), key=f"matrix.try_{name}", icon=T("icon.fine_tune")):
        to_lab.carry(found, plan, **_shared(choice, data))


def try_it(found: Advice, choice: Choice) -> None:
    """Carry everything to the lab; the other textbook's answer likewise."""
    data = at_hand(choice)
    if data is None:
        st.markdown(T("matrix.bring"))
        st.page_link(page_file("my_dataset"), label=T("matrix.to_own"), icon=T("icon.my_dataset"))
        return
    shared = _shared(choice, data)
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
    called = plain(naming.data_name(data))
    if choice.stands_for.data is None:
        st.caption(T("matrix.with", data=called))
    elif choice.own:
        st.caption(T("matrix.own_about", data=called))
