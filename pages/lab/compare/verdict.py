"""What a comparison says: the verdict in a sentence, two figures, a table; a tie is called one,
and so are too few runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.lab.compare.figure import COSTS, figure, told_in_words
from pages.ui.charts import figures
from pages.ui.frame.speech import T, language
from pages.ui.lesson import predict
from tlcore import catalog
from tlcore.catalog import source_task
from tlcore.experiments.compare import reading as verdict
from tlcore.experiments.compare.reading import Standing, Verdict
from tlcore.experiments.compare.spec import CompareSpec
from tlcore.ground.difference import POINTS
from tlcore.training import strategies

PAGE = "compare"
TIE = 3  # predict.compare.option.3


def show(spec: CompareSpec, results: Sequence[Mapping[str, Any]]) -> None:
    """Everything that is said of finished runs, size by size."""
    found = verdict.verdicts(results)
    labels = titles(spec)
    if not found:
        st.markdown(T("compare.nothing"))
        return
    predict.told("compare", answer(spec, found[max(found)]), runs_behind=len(results))
    if len(found) > 1:
        _by_size(found, labels)
    places = (
        st.tabs([T("compare.live.size", n=f"{n:,}") for n in found]) if len(found) > 1 else [st]
    )
    for place, (size, told) in zip(places, found.items(), strict=True):
        with place.container():
            _one(size, told, labels, results[0].get("source_before"))


def titles(spec: CompareSpec) -> dict[str, str]:
    blocks = len(catalog.backbone(spec.backbone).blocks)
    return {name: strategies.title(name, blocks, language()) for name in spec.strategies}


def answer(spec: CompareSpec, told: Verdict) -> int | None:
    """Which answer of the prediction came true on the largest size: who won, or that nobody did;
    None where the runs are too few to say."""
    if told.kind == "open":
        return None
    if told.kind != "alone":
        return TIE
    blocks = len(catalog.backbone(spec.backbone).blocks)
    plan = strategies.settings(told.best.strategy, blocks)
    if plan["keep"] == 0 or plan["freeze"] == 0:
        return 2
    return 0 if plan["freeze"] == plan["read"] else 1


def sentence(told: Verdict, labels: Mapping[str, str]) -> str:
    """The verdict in words, with how sure it is."""
    best, cheapest = told.best, told.cheapest
    values = {
        "best": labels[best.strategy],
        "best_accuracy": f"{best.mean:.1%}",
        "cheapest": labels[cheapest.strategy],
        "cheapest_accuracy": f"{cheapest.mean:.1%}",
        "n": len(told.rows),
        "ties": len(told.equal),
        "open": len(told.open),
        "margin": POINTS,
        "times": _times(best.seconds / cheapest.seconds) if cheapest.seconds else "–",
    }
    key = told.kind if told.kind == "alone" or best is not cheapest else f"{told.kind}.same"
    return T(f"compare.verdict.{key}", **values)


def _times(ratio: float) -> str:
    return f"{ratio:.1f}" if ratio < 10 else f"{ratio:,.0f}"


def _one(size: int, told: Verdict, labels: Mapping[str, str], before: float | None) -> None:
    st.markdown(sentence(told, labels))
    hedge = "compare.hedge.one" if told.seeds == 1 else "compare.hedge"
    values = {"seeds": told.seeds, "test": f"{told.test:,}", "n": len(told.rows)}
    st.caption(T(hedge, **values, margin=POINTS))
    for name in textbooks(told):
        st.markdown(_beside(told, name, labels))
    for place, cost in zip(st.columns(2), COSTS, strict=True):
        with place:
            st.plotly_chart(
                figure(told, cost, labels),
                key=f"{PAGE}.{cost}.{size}",
                config=figures.CONFIG,
                alt=told_in_words(told, cost, labels),
            )
    st.dataframe(
        pd.DataFrame([_line(row, told, labels) for row in told.rows]),
        hide_index=True,
        height="content",
        key=f"{PAGE}.table.{size}",
        placeholder="–",
        column_config=_columns(),
    )
    if all(row.source is None for row in told.rows) or before is None:
        st.caption(T("compare.source.unknown"))
    else:
        known = T("compare.source.known", before=f"{before:.1%}")
        if any(row.solved is not None for row in told.rows):  # older runs did not ask such a head
            known += " " + T("compare.source.solved", n=source_task.KNOWN)
        st.caption(known)


def _line(row: Standing, told: Verdict, labels: Mapping[str, str]) -> dict[str, Any]:
    marks = [T("compare.mark.verdict")] if row is told.cheapest else []
    marks += [T("compare.mark.best")] if row is told.best else []
    marks += [T("compare.mark.equal")] if row in told.equal and not marks else []
    marks += [T("compare.mark.open")] if row in told.open else []
    behind = told.gap(row) if row.whole and row is not told.best else None
    return {
        T("compare.live.table.strategy"): labels[row.strategy],
        T("compare.mark"): ", ".join(marks) if row.whole else T("compare.mark.diverged"),
        T("result.accuracy"): 100 * row.mean if row.scores else None,
        T("matrix.spread"): None if row.half is None else 100 * row.half,
        T("compare.behind"): None if behind is None else 100 * behind.mean,
        T("compare.behind.half"): None if behind is None else 100 * behind.half,
        T("compare.cost.seconds"): row.seconds,
        T("lab.learning"): row.learning,
        T("compare.source"): None if row.source is None else 100 * row.source,
        T("compare.source_solved"): None if row.solved is None else 100 * row.solved,
    }


def _columns() -> dict[str, Any]:
    number = st.column_config.NumberColumn
    return {
        T("result.accuracy"): number(format="%.1f%%"),
        T("matrix.spread"): number(format="± %.1f"),
        T("compare.behind"): number(format="%.1f"),
        T("compare.behind.half"): number(format="± %.1f"),
        T("compare.cost.seconds"): number(format="%.2f"),
        T("lab.learning"): number(format="localized"),
        T("compare.source"): number(format="%.1f%%"),
        T("compare.source_solved"): number(format="%.1f%%"),
    }


def _by_size(found: Mapping[int, Verdict], labels: Mapping[str, str]) -> None:
    """Sizes as columns: accuracy ± interval, and which one the verdict names."""
    table: dict[str, list[str]] = {T("compare.live.table.strategy"): list(labels.values())}
    for size, told in found.items():
        rows = {row.strategy: row for row in told.rows}
        cells = [_cell(rows[name], told) for name in labels]
        table[T("compare.live.size", n=f"{size:,}")] = cells
    st.dataframe(pd.DataFrame(table), hide_index=True, height="content", key=f"{PAGE}.sizes.table")
    st.caption(T("compare.by_size", margin=POINTS))


def _cell(row: Standing, told: Verdict) -> str:
    if not row.scores:
        return T("compare.mark.diverged")
    spread = "" if row.half is None else f" ± {100 * row.half:.1f}"
    mark = " ✓" if row is told.cheapest else ""
    return f"{100 * row.mean:.1f}%{spread}{mark}"


def textbooks(told: Verdict) -> list[str]:
    """The depths that stand beside CS231n's answer (a head on earlier activations): the others'."""
    names = [row.strategy for row in told.rows if row.whole]
    return [n for n in names if n.startswith("from_")] if "earlier" in names else []


def _beside(told: Verdict, name: str, labels: Mapping[str, str]) -> str:
    """Two answers of textbooks to the same question, and what these runs say between them."""
    rows = {row.strategy: row for row in told.rows}
    gap = verdict.less(rows[name], rows["earlier"])
    won = {"ahead": "freeze", "behind": "earlier"}.get(gap.word, gap.word)
    points = {"gap": f"{100 * abs(gap.mean):.1f}", "half": f"{100 * gap.half:.1f}"}
    both = {"freeze": labels[name], "earlier": labels["earlier"]}
    return T(f"compare.textbooks.{won}", **points, **both, margin=POINTS)
