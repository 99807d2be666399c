"""What is in a data set: its pictures, their number, what the network sees, what is there twice."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from pages.decide.my_dataset.chooser import Choice
from pages.ui.charts import backbone_rows, figures
from pages.ui.charts.sheet import Group, sheet
from pages.ui.frame.speech import T, plain
from pages.ui.runs import naming, told
from tlcore.experiments.survey import reading as findings
from tlcore.runs.store.store import Run

SPLITS = ("train", "val", "test")
COMPARED = 12  # pictures that are shown before and after
MOST_NAMES = 14  # classes that a chart can name
FEW_PAIRS = 12  # until the reader asks for all


def show(choice: Choice) -> None:
    """Everything that a survey tells, asked for when the page is opened: it takes a moment."""
    at, going = told.parts("survey.at"), T("my_dataset.survey.going")
    run = told.measured(choice.survey, at, "my_dataset.survey", going)
    if run is None:
        return
    result = run.result or {}
    names = [naming.class_name(choice.data.id, name) for name in result["classes"]]
    _gallery(run, result, names)
    _balance(result, names)
    _seen(run, result, names, choice)
    _twice(run, result, names)


def _told(result: dict[str, Any], names: list[str], *keys: str) -> bool:
    """Those of the survey's findings that belong here; whether there were any."""
    found = [reading for reading in findings.read(result) if reading.key in keys]
    lines = []
    for reading in found:
        values = dict(reading.values)
        if "rarest" in values:
            values["rarest"] = plain(names[result["classes"].index(values["rarest"])])
        lines.append(f"- {T(f'survey.{reading.key}', **values)}")
    if lines:
        st.markdown("\n".join(lines))
    return bool(lines)


def _gallery(run: Run, result: dict[str, Any], names: list[str]) -> None:
    st.subheader(T("my_dataset.gallery"), anchor=False)
    labels, counts = result["gallery"]["label"], result["counts"]["train"]
    groups: list[Group] = [
        {
            "title": name,
            "note": T("survey.in_training", n=f"{counts[label]:,}"),
            "tiles": [
                {"sheet": "gallery", "index": tile, "name": name}
                for tile, of in enumerate(labels)
                if of == label
            ],
        }
        for label, name in enumerate(names)
    ]
    sprites = {"gallery": result["gallery"]}
    sheet(run.id, sprites, groups, layout="classes", key="my_dataset.gallery")


def _balance(result: dict[str, Any], names: list[str]) -> None:
    """Pictures of each class in each split, as bars and as a table."""
    st.subheader(T("my_dataset.balance"), anchor=False)
    counts = result["counts"]
    totals = {split: sum(counts[split]) for split in SPLITS}
    st.markdown(T("survey.totals", **{split: f"{n:,}" for split, n in totals.items()}))
    few, most = result["fewest"], result["most"]
    _told(result, names, "few", "unequal")
    st.plotly_chart(
        balance_figure(counts, names),
        key="my_dataset.balance",
        config=figures.CONFIG,
        alt=T("survey.balance.alt", n=len(names), few=few, most=most),
    )
    with st.expander(T("table.show")):
        columns = {T("survey.class"): names}
        columns |= {T(f"survey.split.{split}"): counts[split] for split in SPLITS}
        st.dataframe(pd.DataFrame(columns), hide_index=True, key="my_dataset.counts")


def balance_figure(counts: dict[str, list[int]], names: list[str]) -> dict[str, Any]:
    """Bars a class; the three splits differ by pattern, too."""
    patterns = {"train": "", "val": "/", "test": "."}
    looks = zip(patterns.items(), figures.COLOURS, strict=False)
    shown = list(range(len(names))) if len(names) <= MOST_NAMES else []
    return {
        "data": [
            {
                "type": "bar",
                "name": T(f"survey.split.{split}"),
                "x": list(range(len(names))),
                "y": counts[split],
                "marker": {"color": colour, "pattern": {"shape": pattern, "solidity": 0.5}},
                "hovertemplate": "%{y}<extra></extra>",
            }
            for (split, pattern), colour in looks
        ],
        "layout": figures.layout(
            300,
            {"tickvals": shown, "ticktext": [figures.text(names[i]) for i in shown]},
            {"title": figures.title(T("survey.pictures"))},
            barmode="group",
            legend={"orientation": "h", "y": 1.14, "x": 0, "font": figures.FONT},
        ),
    }


def _seen(run: Run, result: dict[str, Any], names: list[str], choice: Choice) -> None:
    """One picture of each class as it came, and as the backbone is given it."""
    st.subheader(T("my_dataset.seen", name=backbone_rows.short(choice.backbone.id)), anchor=False)
    seen = result["seen"]
    colour = T("backbones.input.grey" if seen["channels"] == 1 else "backbones.input.colour")
    st.markdown(T("survey.seen.size", px=result["px"], size=seen["size"], colour=colour))
    _told(result, names, "colour_lost", "enlarged", "shrunk")
    labels = result["gallery"]["label"]
    first = [labels.index(label) for label in range(len(names)) if label in labels][:COMPARED]
    groups: list[Group] = [
        {
            "title": names[labels[tile]],
            "note": "",
            "tiles": [
                {"sheet": "gallery", "index": tile, "name": T("survey.seen.before")},
                {"sheet": "seen", "index": tile, "name": T("survey.seen.after")},
            ],
        }
        for tile in first
    ]
    sprites = {"gallery": result["gallery"], "seen": seen}
    sheet(run.id, sprites, groups, layout="change", key="my_dataset.seen")


def _twice(run: Run, result: dict[str, Any], names: list[str]) -> None:
    """Nearly the same picture in training and elsewhere, or under two labels."""
    st.subheader(T("my_dataset.twice"), anchor=False)
    if not _told(result, names, "conflicts", "leaks.val", "leaks.test", "repeats"):
        n = {split: f"{result['compared'][split]:,}" for split in SPLITS}
        st.markdown(T("survey.twice.none", **n))
    st.caption(T("survey.how"))
    if not result["pairs"]:
        return
    shown = result["pairs"]
    if len(shown) > FEW_PAIRS and not st.toggle(
        T("survey.twice.all", n=len(shown)), key="my_dataset.all_pairs"
    ):
        shown = shown[:FEW_PAIRS]
    groups: list[Group] = [_pair(number, pair) for number, pair in enumerate(shown)]
    sprites = {"pairs": result["pairs_sprite"]}
    sheet(run.id, sprites, groups, layout="pairs", key="my_dataset.pairs")


def _pair(number: int, pair: list[Any]) -> Group:
    one, first, other, second, likeness, mirrored = pair
    ends = [
        T("survey.twice.at", split=T(f"survey.split.{split}"), number=index + 1)
        for split, index in ((one, first), (other, second))
    ]
    note = T("survey.twice.likeness", share=f"{likeness:.0%}")
    return {
        "title": " ↔ ".join(ends),
        "note": note + (T("survey.twice.mirrored") if mirrored else ""),
        "tiles": [
            {"sheet": "pairs", "index": 2 * number + side, "name": end}
            for side, end in enumerate(ends)
        ],
    }
