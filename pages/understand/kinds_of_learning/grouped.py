"""Nobody knows the answer: pictures in groups by what the backbone sees, beside the classes."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.charts import figures
from pages.ui.charts.sheet import Group, sheet
from pages.ui.forms import draft
from pages.ui.frame import visual
from pages.ui.frame.speech import T, plain
from pages.ui.lesson import predict
from pages.ui.runs import experiment, naming, told
from tlcore.experiments.kinds.presets import GROUPS
from tlcore.experiments.kinds.spec import GroupsSpec
from tlcore.runs.store.store import Run

PAGE = "kinds_of_learning"
AT = told.parts("kinds.at")
DATA = ("garments", "font_digits", "digits")
MANY = (2, 3, 4, 5, 6, 8, 10, 12, 20)
# Bars, least informed first: what they are, and how they look.
BARS = {"chance": "reference", "pixels": "new", "purity": "kept", "probe": "source"}
SHARES = (0.375, 0.625, 0.875)  # between the answers of the prediction


def show() -> None:
    if not predict.ask("kinds_groups"):
        return
    spec = _spec()
    run = experiment.answer(spec, f"{PAGE}.groups", T("kinds.groups.start"), AT)
    if run is None:
        return
    result = run.result or {}
    if spec == GROUPS:
        predict.told("kinds_groups", sum(result["purity"] >= share for share in SHARES))
    _told(result)
    _groups(run, result)


def _spec() -> GroupsSpec:
    """Which pictures, how many groups."""
    kept: dict[str, Any] = st.session_state.setdefault(
        f"{PAGE}.grouping", {"data": GROUPS.data, "groups": GROUPS.groups}
    )
    keep = draft.keeper(PAGE, kept)
    data, groups = st.columns(2)
    data.segmented_control(
        T("field.data"),
        DATA,
        key=f"{PAGE}.data",
        format_func=naming.data_name,
        on_change=keep,
        args=("data",),
    )
    groups.select_slider(
        T("kinds.groups.many"), MANY, key=f"{PAGE}.groups", on_change=keep, args=("groups",)
    )
    return GROUPS.model_copy(update=kept)


def _told(result: dict[str, Any]) -> None:
    """How pure the groups are, beside what knows less and what knows more."""
    shares = {name: result[name] for name in ("chance", "pixels", "purity")}
    shares["probe"] = result["probe"]["accuracy"]
    values = {name: f"{share:.0%}" for name, share in shares.items()}
    n, groups = f"{result['n']:,}", len(result["table"])
    st.markdown(
        T("kinds.groups.told", n=n, groups=groups, classes=len(result["classes"]), **values)
    )
    if groups != len(result["classes"]):
        st.caption(T("kinds.groups.purer"))
    st.plotly_chart(
        figure(shares),
        key=f"{PAGE}.purity",
        config=figures.CONFIG,
        alt=T("kinds.groups.alt", **values),
    )


def figure(shares: dict[str, float]) -> dict[str, Any]:
    names = [T(f"kinds.groups.{name}") for name in BARS]
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": names,
        "x": [100 * shares[name] for name in BARS],
        "text": [f"{shares[name]:.0%}" for name in BARS],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {
            "color": [visual.colour(meaning) for meaning in BARS.values()],
            "pattern": {
                "shape": [visual.MEANINGS[meaning].pattern for meaning in BARS.values()],
                "solidity": 0.3,
            },
        },
        "hovertemplate": "%{y}: %{x:.1f}%<extra></extra>",
    }
    axis = {"range": [0, 108], "tickvals": [0, 25, 50, 75, 100], "ticksuffix": "%"}
    return {"data": [bars], "layout": figures.layout(230, axis, {"autorange": "reversed"})}


def _groups(run: Run, result: dict[str, Any]) -> None:
    """The pictures nearest to the middle of each group; every picture is in the table."""
    names = [naming.class_name(result["data"], name) for name in result["classes"]]
    groups: list[Group] = []
    first = 0
    for number, (counts, shown) in enumerate(zip(result["table"], result["shown"], strict=True)):
        most = max(range(len(names)), key=counts.__getitem__)
        share = f"{counts[most] / sum(counts):.0%}"
        note = T("kinds.groups.note", n=sum(counts), share=share, name=names[most])
        tiles = [
            {"sheet": "groups", "index": place, "name": names[result["labels"][place]]}
            for place in range(first, first + shown)
        ]
        groups.append({"title": T("kinds.groups.name", n=number + 1), "note": note, "tiles": tiles})
        first += shown
    sheet(
        run.id,
        {"groups": result["groups_sprite"]},
        groups,
        layout="classes",
        key=f"{PAGE}.sheet",
    )
    st.caption(T("kinds.groups.middle"))
    with st.expander(T("table.show")):
        table = {T("kinds.groups.group"): [group["title"] for group in groups]}
        for place, name in enumerate(names):
            table[plain(name)] = [counts[place] for counts in result["table"]]
        st.dataframe(pd.DataFrame(table), hide_index=True, key=f"{PAGE}.table")
