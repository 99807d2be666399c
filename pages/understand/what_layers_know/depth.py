"""How deep can one copy?  The recorded curves AnB, BnB, AnB+, BnB+ with what they say, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.charts import figures
from pages.ui.frame.speech import T
from pages.ui.lesson import predict
from pages.ui.runs.naming import data_name
from pages.understand.what_layers_know import depth_figure, depth_live
from tlcore.experiments.claims.depths import reading as recorded
from tlcore.experiments.claims.depths import yosinski
from tlcore.experiments.claims.depths.reading import SPLITS, TUNED, Drop, Record
from tlcore.ground.difference import MARGIN, POINTS, Difference

PAGE = "what_layers_know"
SHOWN = {"frozen": ("BnB", "AnB"), "tuned": ("BnB+", "AnB+")}
SHAPES = ("flat", "dip", "falls", "rises")  # the answers to the question, in order
ASKED = "different"  # the split that the question is about


def known() -> bool:
    """Whether there is a recording to show."""
    record = recorded.record()
    return record is not None and bool(record.splits)


def show() -> None:
    """Everything under the lesson's own words.  Draws nothing where `known()` is false."""
    record = recorded.record()
    if record is None or not record.splits:
        return
    if not predict.ask("depth_curves"):
        return
    split, curves = _choice(record)
    live = depth_live.points(split, curves)
    st.plotly_chart(
        depth_figure.figure(record, split, curves, live),
        config=figures.CONFIG,
        key=f"{PAGE}.depths",
        alt=T("depths.alt", sentences=" ".join(_sentences(record, split, curves))),
    )
    for sentence in _sentences(record, split, curves):
        st.markdown(f"- {sentence}")
    st.caption(_conditions(record, split))
    _numbers(record, split, curves)
    if "AnB" in curves:
        _parts(record, split)
    if shape := record.shape(ASKED, "AnB"):
        if split != ASKED:  # the curves above are about another question
            st.caption(T("depths.asked", split=_split(ASKED)))
        predict.told("depth_curves", SHAPES.index(shape), record.base(ASKED).seeds)
    depth_live.show(record, split)


def _choice(record: Record) -> tuple[str, tuple[str, ...]]:
    """Which pair of tasks, and which curves."""
    left, right = st.columns([1.2, 1])
    split = left.segmented_control(
        T("depths.split"),
        record.splits,
        default=record.splits[0],
        key=f"{PAGE}.depths.split",
        format_func=_split,
        required=True,
    )
    split = split or record.splits[0]
    kinds = [kind for kind, names in SHOWN.items() if record.curve(split, names[0])]
    kind = right.segmented_control(
        T("depths.kind"),
        kinds,
        default=kinds[0],
        key=f"{PAGE}.depths.kind.{split}",
        format_func=lambda name: T(f"depths.kind.{name}"),
        required=True,
    )
    return split, SHOWN[kind or kinds[0]]


def _split(name: str) -> str:
    return T(f"depths.split.{name}", data=data_name(SPLITS[name].data))


def _sentences(record: Record, split: str, curves: tuple[str, ...]) -> list[str]:
    """The deepest and the worst copy of each curve, beside the base; the best one where it is ahead
    of the base, in pairs of seeds."""
    base = record.base(split)
    told = [T("depths.said.base", mean=_percent(base.mean), half=_points(base.half))]
    for name in curves:
        points = record.curve(split, name)
        worst, last = min(points, key=lambda p: p.mean), points[-1]
        key = "depths.said.curve" if worst.n != last.n else "depths.said.last"
        told.append(
            T(
                key,
                curve=name,
                worst=_percent(worst.mean),
                worst_half=_points(worst.half),
                n=worst.n,
                last=_percent(last.mean),
                last_half=_points(last.half),
                most=last.n,
            )
        )
        best = max(points, key=lambda p: p.mean)
        gain = record.gain(split, name, best.n)
        if gain is not None and gain.word == "ahead":
            values = {"gap": _points(gain.mean), "half": _points(gain.half)}
            told.append(T("depths.said.above", curve=name, n=best.n, **values))
    return told


def _parts(record: Record, split: str) -> None:
    """What the loss of the frozen copies is made of."""
    st.markdown(f"**{T('depths.parts')}**")
    told = [
        _largest(record, split, "co_adaptation", lambda drop: drop.co_adaptation),
        _largest(record, split, "specificity", lambda drop: drop.specificity),
    ]
    st.plotly_chart(
        depth_figure.parts_figure(record, split),
        config=figures.CONFIG,
        key=f"{PAGE}.depths.parts",
        alt=T("depths.parts.alt", sentences=" ".join(told)),
    )
    for sentence in told:
        st.markdown(f"- {sentence}")
    drops = [record.drop(split, n) for n in record.depths]
    with st.expander(T("table.show")):
        rows = [
            {
                "n": drop.n,
                T("depths.part.co_adaptation"): 100 * drop.co_adaptation.mean,
                f"{T('depths.part.co_adaptation')} ±": 100 * drop.co_adaptation.half,
                T("depths.part.specificity"): 100 * drop.specificity.mean,
                f"{T('depths.part.specificity')} ±": 100 * drop.specificity.half,
            }
            for drop in drops
        ]
        _table(rows, "%.1f", f"{PAGE}.depths.parts.table")


def _largest(record: Record, split: str, part: str, of: Callable[[Drop], Difference]) -> str:
    """The depth at which this part is largest among those where it is a loss beyond the noise;
    else whether there is none anywhere, or too few runs to say."""
    drops = [record.drop(split, n) for n in record.depths]
    clear = [drop for drop in drops if of(drop).word == "ahead"]
    if not clear:
        bounded = all(of(drop).high <= MARGIN for drop in drops)
        return T(f"depths.part.{part}.{'none' if bounded else 'open'}", margin=POINTS)
    drop = max(clear, key=lambda d: of(d).mean)
    values = {"loss": _points(of(drop).mean), "half": _points(of(drop).half)}
    return T(f"depths.part.{part}.most", n=drop.n, **values)


def _numbers(record: Record, split: str, curves: tuple[str, ...]) -> None:
    theirs = yosinski.curves(split)
    base = record.base(split)
    rows: list[dict[str, Any]] = [{"n": 0}]
    for name in curves:
        rows[0] |= {name: 100 * base.mean, f"{name} ±": 100 * (base.half or 0)}
        if name in theirs:
            rows[0][T("depths.published", curve=name)] = 100 * yosinski.base(split)
    for n in record.depths:
        row: dict[str, Any] = {"n": n}
        for name in curves:
            point = next((p for p in record.curve(split, name) if p.n == n), None)
            if point is not None:
                row |= {name: 100 * point.mean, f"{name} ±": 100 * (point.half or 0)}
            if name in theirs and n in yosinski.DEPTHS:
                row[T("depths.published", curve=name)] = 100 * theirs[name][n - 1]
        rows.append(row)
    with st.expander(T("table.show")):
        _table(rows, "%.1f", f"{PAGE}.depths.table")


def _table(rows: list[dict[str, Any]], number: str, key: str) -> None:
    found = pd.DataFrame(rows)
    formats = {name: st.column_config.NumberColumn(format=number) for name in found.columns[1:]}
    st.dataframe(found, hide_index=True, key=key, column_config=formats)


def _conditions(record: Record, split: str) -> str:
    told = record.conditions
    tuned = [p.seeds for name in TUNED for p in record.curve(split, name)]
    return T(
        "depths.conditions",
        data=data_name(SPLITS[split].data),
        train=f"{told['train']:,}",
        test=f"{told['test']:,}",
        epochs=told["epochs"],
        seeds=record.base(split).seeds,
        tuned=min(tuned, default=record.base(split).seeds),
        machine=told["machine"],
    )


def _percent(share: float) -> str:
    return f"{share:.1%}"


def _points(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}"
