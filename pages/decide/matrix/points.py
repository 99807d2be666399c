"""Every measured point near a cell of the matrix: filtered, judged, and one click from the lab."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from pages.decide.matrix import grid_table
from pages.decide.matrix.chooser import Choice
from pages.ui.forms import to_lab
from pages.ui.frame.speech import T, language
from pages.ui.runs import naming
from tlcore import catalog
from tlcore.experiments.matrix import evidence
from tlcore.experiments.matrix.evidence import CellEvidence, StrategyRow
from tlcore.experiments.matrix.grid import points
from tlcore.experiments.matrix.grid.table import Measured
from tlcore.runs.spec import FineTuneSpec
from tlcore.training import strategies

ANY = "any"


def show(choice: Choice) -> None:
    """Opened: three filters, a table with its verdict, and one point to run again.  As it begins,
    it says what the table of the cell says."""
    measured = evidence.situations(choice.backbone)
    if not measured:
        return
    with st.expander(T("grid.title"), icon=":material/grid_on:"):
        st.markdown(T("grid.about"))
        _points(choice, measured)


def _points(choice: Choice, measured: Mapping[str, Sequence[int]]) -> None:
    which, many, rates = st.columns(3)
    place = f"{choice.backbone}.{choice.cell}"  # another cell begins with its own data and size
    with which:
        stands = choice.stands_for.data
        data = st.selectbox(
            T("field.data"),
            list(measured),
            index=list(measured).index(stands) if stands in measured else 0,
            key=f"matrix.grid_data.{place}",
            format_func=naming.data_name,
        )
    with many:
        sizes = measured[data]
        size = st.selectbox(
            T("field.train_size"),
            sizes,
            index=sizes.index(min(sizes, key=lambda n: abs(n - choice.size))),
            key=f"matrix.grid_size.{place}.{data}",
            format_func=lambda n: f"{n:,}",
        )
    with rates:
        found = evidence.rows(choice.backbone, data, size)
        known = [rate for rate in points.RATES if any(r.point.rate == rate for r in found)]
        rate = st.selectbox(
            T("grid.rate"),
            [ANY, *known],
            key=f"matrix.grid_rate.{place}.{data}.{size}",
            format_func=lambda name: T(f"grid.rate.{name}"),
        )
    told = evidence.judged(row for row in found if rate in (ANY, row.point.rate))
    grid_table.show(told, choice.backbone, "matrix.points")
    _again(told, choice.backbone)


def _again(told: CellEvidence, backbone: str) -> None:
    """One of the points shown, with its seed, into the lab as it was measured."""
    names = {(row.strategy, row.rate): row for row in told.rows}
    pick, go = st.columns([3, 1], vertical_alignment="bottom")
    with pick:
        chosen = st.selectbox(
            T("grid.point"),
            list(names),
            key=f"matrix.grid_point.{backbone}",
            format_func=lambda name: title(names[name], backbone),
        )
    row = names.get(chosen, told.best)
    example = row.example
    assert example is not None
    if example.point.data not in catalog.datasets():
        return  # the source's own held-out classes: the lab does not have them
    with go:
        if st.button(T("grid.again"), key="matrix.again", icon=T("icon.fine_tune")):
            to_lab.spec(spec(example))


def spec(row: Measured) -> FineTuneSpec:
    """The run that was measured: the lab's, but for how many validation pictures it watches."""
    point = row.point
    return FineTuneSpec(
        backbone=point.backbone,
        data=point.data,
        train_size=point.size,
        difficulty=row.difficulty,
        read=point.plan.read,
        keep=point.plan.keep,
        freeze=point.plan.freeze,
        epochs=row.epochs,
        lr=row.lr,
        head_lr=row.head_lr,
        layer_decay=row.layer_decay,
        augment=row.augment,
        seed=point.seed,
    )


def title(row: StrategyRow, backbone: str) -> str:
    blocks = len(catalog.backbone(backbone).blocks)
    name = strategies.title(row.strategy, blocks, language())
    return f"{name} · {T(f'grid.rate.{row.rate}')}"
