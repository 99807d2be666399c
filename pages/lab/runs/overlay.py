"""Several runs in one picture: their curves, where their settings differ, what their seeds say."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.ui.charts.live_charts import live
from pages.ui.frame import bundle
from pages.ui.frame.speech import T, plain, words
from pages.ui.runs import live_run, naming
from tlcore.runs import comparison
from tlcore.runs.store.store import Run

STYLE = bundle.style(__file__, "wide_table")
MOST = 12  # more curves than this nobody can tell apart


def show(picked: Sequence[Run]) -> None:
    """Curves, verdict, differences."""
    drawn = list(reversed(picked[:MOST]))  # the table's newest is on top: the oldest leads here
    names = naming.labels(drawn)
    st.header(T("overlay.title", n=len(drawn)), anchor=False)
    if len(picked) > MOST:
        st.caption(T("overlay.most", most=MOST, n=len(picked)))
    for told in verdict(drawn):
        st.markdown(told)
    live(
        [live_run.shown(run, name) for run, name in zip(drawn, names, strict=True)],
        words=words("live", "status"),
        key="runs.live",
        panels=("loss", "accuracy"),
        readings={"loss": T("overlay.loss"), "accuracy": T("overlay.accuracy")},
    )
    differences(drawn, names)


def verdict(picked: Sequence[Run]) -> list[str]:
    """Mean and interval over seeds where there are several, else that one run is one run."""
    groups = comparison.by_seed(picked)
    if not groups:
        return [T("overlay.none_finished")]
    if len(groups) == 1 and groups[0].n > 1:
        return [T("overlay.seeds", **_score(groups[0]))]
    fields = comparison.telling([{**group.runs[0].spec, "seed": 0} for group in groups])
    told = [f"- **{plain(_name(group, fields))}**: {_line(group)}" for group in groups]
    single = any(group.half is None for group in groups)
    return ["\n".join(told), T("overlay.one_run" if single else "overlay.overlap")]


def _name(group: comparison.SeedGroup, fields: Sequence[str]) -> str:
    spec = group.runs[0].spec
    return " · ".join(naming.short(spec, name) for name in fields) or naming.title(spec)


def _line(group: comparison.SeedGroup) -> str:
    key = "overlay.one" if group.half is None else "overlay.mean"
    return T(key, **_score(group))


def _score(group: comparison.SeedGroup) -> dict[str, Any]:
    half = "" if group.half is None else f"{100 * group.half:.1f}"
    return {"mean": f"{group.mean:.1%}", "half": half, "n": group.n}


def differences(picked: Sequence[Run], names: Sequence[str]) -> None:
    """One row a run, one column for each setting that is not the same in all."""
    fields = comparison.differing([run.spec for run in picked])
    st.markdown(f"**{T('overlay.differences')}**")
    if not fields:
        st.caption(T("overlay.same"))
    head = [T("overlay.run"), *map(naming.setting, fields), T("result.accuracy"), T("overlay.time")]
    rows = [
        [name, *(naming.value(run.spec, f) for f in fields), _accuracy(run), _seconds(run)]
        for run, name in zip(picked, names, strict=True)
    ]
    wide_table(head, rows)


def wide_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table that is pushed sideways where it is wider than the screen, its names staying."""

    def line(cells: Sequence[str], tag: str) -> str:
        first, *rest = map(html.escape, cells)
        scope = "col" if tag == "th" else "row"
        told = "".join(f"<{tag}>{cell}</{tag}>" for cell in rest)
        return f'<tr><th scope="{scope}">{first}</th>{told}</tr>'

    body = "".join(line(row, "td") for row in rows)
    box = f'<div class="tl-wide" tabindex="0"><table><thead>{line(head, "th")}</thead>'
    st.html(f"<style>{STYLE}</style>{box}<tbody>{body}</tbody></table></div>")


def _accuracy(run: Run) -> str:
    result = run.result or {}
    if result.get("test_accuracy") is None:
        return "–"
    low, high = result["interval"]
    return f"{result['test_accuracy']:.1%} ({low:.0%} – {high:.0%})"


def _seconds(run: Run) -> str:
    total = ((run.result or {}).get("seconds") or {}).get("total")
    return "–" if total is None else f"{total:.1f}"
