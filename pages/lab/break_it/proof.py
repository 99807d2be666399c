"""What proves the cause of a case: numbers and pictures that the run itself left behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from pages.lab.break_it import arms as break_arms
from pages.lab.break_it.cases import PAGE, Case
from pages.ui.charts import figures
from pages.ui.charts.sheet import Group, sheet
from pages.ui.frame import visual
from pages.ui.frame.navigation import page_file
from pages.ui.frame.speech import T, lesson
from pages.ui.runs import naming, told
from tlcore.experiments.break_it.mishaps import Fault

Result = dict[str, Any]
LESSONS: Mapping[Fault, str] = {
    "drift": "break_it.frozen",
    "too_little": "break_it.limits",
    "source": "break_it.limits",
}


def show(case: Case, result: Result) -> None:
    _PROOFS[case.fault](case, result, result["proof"])
    if case.fault in LESSONS:
        with st.container(border=True):
            st.markdown(lesson(LESSONS[case.fault]))


def _rate(case: Case, result: Result, proof: Result) -> None:
    st.markdown(T("break.proof.rate", lr=f"{proof['lr']:g}", **first_step(proof)))
    shares = [100 * share for share in proof["ratios"].values()]
    names = [T("rates.head") if name == "head" else name for name in proof["ratios"]]
    _numbers(case, T("break.proof.rate.part"), names, T("break.proof.rate.share"), shares, "%.1f%%")
    _more("break.proof.rate.more", "learning_rate")


def first_step(proof: Result) -> dict[str, str]:
    """How far it changed the weights of the blocks, as a share of their size: least and most."""
    shares = [share for name, share in proof["ratios"].items() if name != "head"]
    return {"least": f"{min(shares):.2%}", "most": f"{max(shares):.2%}"}


def _normalisation(case: Case, result: Result, proof: Result) -> None:
    st.markdown(T("break.proof.normalisation"))
    rows = [proof["learned"], proof["used"]]
    columns: dict[str, list[Any]] = {"": [T("break.proof.learned"), T("break.proof.used")]}
    columns[T("break.proof.mean")] = [row["mean"] for row in rows]
    columns[T("break.proof.spread")] = [row["spread"] for row in rows]
    st.dataframe(
        pd.DataFrame(columns), hide_index=True, key=f"{PAGE}.{case.number}.proof", width=460
    )


def _drift(case: Case, result: Result, proof: Result) -> None:
    before, after = proof["before"], proof["after"]
    values = {"before": before["weights"][:12], "all_before": before["all"][:12]}
    st.markdown(T("break.proof.drift", all_after=after["all"][:12], **values))
    moved = proof["moved"]
    st.markdown(f"**{T('break.proof.drift.figure')}**")
    st.plotly_chart(
        bars(moved),
        key=f"{PAGE}.{case.number}.proof",
        config=figures.CONFIG,
        alt=T(
            "break.proof.drift.alt",
            values=", ".join(f"{name} {value:.2f}" for name, value in moved.items()),
        ),
    )
    with st.expander(T("table.show")):
        _numbers(
            case, T("break.proof.block"), list(moved), T("break.proof.moved"), list(moved.values())
        )


def bars(moved: Mapping[str, float]) -> dict[str, Any]:
    """A bar a block, in the order of the blocks."""
    bar = {
        "type": "bar",
        "x": list(moved),
        "y": list(moved.values()),
        "marker": visual.bar("different"),
        "hovertemplate": "%{x}: %{y:.2f}<extra></extra>",
    }
    layout = figures.layout(260, {}, {"title": figures.title(T("break.proof.moved"))})
    return {"data": [bar], "layout": layout}


def _lost_head(case: Case, result: Result, proof: Result) -> None:
    counts = {"tensors": proof["tensors"], "held": proof["held"]}
    st.markdown(T("break.proof.lost_head", before=proof["before"][:12], **counts))
    norms = [norm for norm in result["head_norms"] if norm is not None]
    st.markdown(T("break.proof.lost_head.figure"))
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": list(range(1, len(norms) + 1)),
        "y": norms,
        "line": visual.line("new"),
        "hovertemplate": "%{x}: %{y:.1f}<extra></extra>",
    }
    layout = figures.layout(
        260,
        {"title": figures.title(T("break.proof.step"))},
        {"title": figures.title(T("break.proof.norm")), "rangemode": "tozero"},
    )
    ends = {"first": f"{norms[0]:.1f}", "last": f"{norms[-1]:.1f}"}
    st.plotly_chart(
        {"data": [line], "layout": layout},
        key=f"{PAGE}.{case.number}.proof",
        config=figures.CONFIG,
        alt=T("break.proof.lost_head.alt", **ends),
    )
    with st.expander(T("table.show")):
        steps = [str(step) for step in range(1, len(norms) + 1)]
        _numbers(case, T("break.proof.step"), steps, T("break.proof.norm"), norms)


def _labels(case: Case, result: Result, proof: Result) -> None:
    counts = {"right": proof["right"], "of": proof["of"], "classes": len(result["classes"])}
    st.markdown(T("break.proof.labels", **counts))
    names = [naming.class_name(result["data"], name) for name in result["classes"]]
    groups: list[Group] = [
        {
            "title": T("break.proof.labels.tile", given=names[given], true=names[true]),
            "note": "",
            "tiles": [{"sheet": "proof", "index": place, "name": names[true]}],
        }
        for place, (given, true) in enumerate(zip(proof["given"], proof["true"], strict=True))
    ]
    _pictures(case, {"proof": proof["sheet"]}, groups, "pairs")


def _leak(case: Case, result: Result, proof: Result) -> None:
    found = {name: proof["twins"][name] for name in ("val", "new")}
    found |= {f"{name}_of": proof["of"][name] for name in ("val", "new")}
    st.markdown(T("break.proof.leak", **found))
    if proof["sheet"] is None:
        return
    ends = [T("break.proof.leak.one"), T("break.proof.leak.other")]
    groups: list[Group] = [
        {
            "title": T("break.proof.leak.pair"),
            "note": T("break.proof.leak.alike", share=f"{alike:.1%}"),
            "tiles": [
                {"sheet": "proof", "index": 2 * place + side, "name": end}
                for side, end in enumerate(ends)
            ],
        }
        for place, alike in enumerate(proof["likeness"])
    ]
    _pictures(case, {"proof": proof["sheet"]}, groups, "pairs")


def _too_little(case: Case, result: Result, proof: Result) -> None:
    counts = {"learning": f"{proof['learning']:,}", "each": f"{proof['each']:,}"}
    st.markdown(T("break.proof.too_little", train=result["train"], **counts))
    break_arms.show()


def _source(case: Case, result: Result, proof: Result) -> None:
    colour = T(f"break.proof.source.{'grey' if proof['channels'] == 1 else 'colour'}")
    st.markdown(T("break.proof.source", size=proof["size"], colour=colour))
    names = [naming.class_name(result["data"], result["classes"][k]) for k in proof["labels"]]
    ends = {"proof": "break.proof.source.before", "given": "break.proof.source.after"}
    groups: list[Group] = [
        {
            "title": name,
            "note": "",
            "tiles": [{"sheet": key, "index": place, "name": T(t)} for key, t in ends.items()],
        }
        for place, name in enumerate(names)
    ]
    _pictures(case, {"proof": proof["sheet"], "given": proof["given"]}, groups, "change")
    _more("break.proof.source.more", "my_dataset")


def _more(sentence: str, page: str) -> None:
    """A sentence of its own, for a link does not break its line on a phone."""
    st.caption(T(sentence))
    st.page_link(page_file(page), label=T(f"page.{page}"), icon=T(f"icon.{page}"))


def _pictures(case: Case, sheets: Mapping[str, Any], groups: list[Group], layout: Any) -> None:
    """Out of the run's folder; whoever asked for the result has its run."""
    run = told.find(case.spec())
    if run is not None:
        sheet(run.id, sheets, groups, layout=layout, key=f"{PAGE}.{case.number}.sheet")


def _numbers(
    case: Case, head: str, names: list[str], value: str, values: list[float], form: str = "%.2f"
) -> None:
    st.dataframe(
        pd.DataFrame({head: names, value: values}),
        hide_index=True,
        key=f"{PAGE}.{case.number}.numbers",
        width=460,
        column_config={value: st.column_config.NumberColumn(format=form)},
    )


_PROOFS: Mapping[Fault, Callable[[Case, Result, Result], None]] = {
    "rate": _rate,
    "normalisation": _normalisation,
    "drift": _drift,
    "lost_head": _lost_head,
    "labels": _labels,
    "leak": _leak,
    "too_little": _too_little,
    "source": _source,
}
