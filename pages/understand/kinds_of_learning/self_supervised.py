"""The data know the answer: which way up is it?  Then a few labels, from four starts."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.charts import figures
from pages.ui.charts.sheet import Group, sheet
from pages.ui.frame.speech import T
from pages.ui.lesson import predict
from pages.ui.runs import experiment, naming, told
from pages.understand.kinds_of_learning.worth import label_figure
from tlcore.experiments.kinds.presets import ROTATIONS
from tlcore.experiments.kinds.spec import RotationSpec
from tlcore.ground.errors import UserError
from tlcore.runs.store.store import Run

PAGE = "kinds_of_learning"
LOOKS = {"labelled": "source", "rotation": "kept", "random": "reference", "scratch": "new"}
PARTS = {"data": (0.0, 0.02), "rotation": (0.02, 0.5), "features": (0.52, 0.12)}
LAST = (0.64, 0.36)  # begin and share of the time of what comes after those
FEW, FEW_EACH = 1, 5  # which point of the curves is talked about: five labels a class
SOLVED, GUESSED = 0.9, 0.3  # shares of turns named right; chance is a quarter
ELSEWHERE = 0.75  # the middle hidden, and still named: the answer lies around it
TURNS = 4


def show() -> None:
    if not predict.ask("kinds_rotation"):
        return
    st.segmented_control(
        T("kinds.rotation.data"),
        list(ROTATIONS),
        key=f"{PAGE}.rotation.data",
        default="garments",
        required=True,
        format_func=naming.data_name,
    )
    data = st.session_state[f"{PAGE}.rotation.data"]
    key, start = f"{PAGE}.rotation", T("kinds.rotation.start")
    run = experiment.answer(ROTATIONS[data], key, start, progress)
    if run is not None:
        result = run.result or {}
        _made(run, result)
        st.markdown(_turns(result))
        _curves(result)
        if data == "garments":
            predict.told("kinds_rotation", _answer(result))
    _seen()


def progress(row: told.Row) -> tuple[float | None, str]:
    begin, share = PARTS.get(row["part"], LAST)
    values: dict[str, Any] = {"done": row["done"], "of": row["of"]}
    if "accuracy" in row:
        values["accuracy"] = f"{row['accuracy']:.0%}"
    return begin + share * row["done"] / row["of"], T(f"kinds.at.{row['part']}", **values)


def _made(run: Run, result: dict[str, Any]) -> None:
    """A few pictures as the network was asked about them, and the labels that this made."""
    each = result["turned"]["count"] // TURNS
    groups: list[Group] = [
        {
            "title": T("kinds.rotation.turned", degrees=90 * turn),
            "note": T("kinds.rotation.label", n=turn),
            "tiles": [
                {
                    "sheet": "turned",
                    "index": TURNS * picture + turn,
                    "name": T("kinds.rotation.turned", degrees=90 * turn),
                }
                for picture in range(each)
            ],
        }
        for turn in range(TURNS)
    ]
    n = f"{TURNS * result['unlabelled']:,}"
    st.markdown(T("kinds.rotation.made", n=f"{result['unlabelled']:,}", labels=n))
    sheet(run.id, {"turned": result["turned"]}, groups, layout="classes", key=f"{PAGE}.turned")


def of_turns(turns: dict[str, Any]) -> str:
    """How well the made-up question was answered: solved, by what lies around, partly, not."""
    if turns["accuracy"] >= SOLVED:
        return "around" if turns["hidden"]["middle"] >= ELSEWHERE else "solved"
    return "guessed" if turns["accuracy"] <= GUESSED else "partly"


def _turns(result: dict[str, Any]) -> str:
    turns = result["turns"]
    values = {name: f"{share:.0%}" for name, share in turns["hidden"].items()}
    values |= {"accuracy": f"{turns['accuracy']:.0%}", "views": f"{turns['views']:,}"}
    return T("kinds.turns.told", **values) + " " + T(f"kinds.turns.{of_turns(turns)}", **values)


def of_gain(gain: dict[str, float]) -> str:
    """Whether a difference of two starts is beyond the noise of the draws."""
    if abs(gain["mean"]) <= gain["half"]:
        return "open"
    return "helps" if gain["mean"] > 0 else "hurts"


def points(gain: dict[str, float]) -> dict[str, str]:
    return {"gain": f"{100 * abs(gain['mean']):.0f}", "half": f"{100 * gain['half']:.0f}"}


def _answer(result: dict[str, Any]) -> int:
    """Which answer of the prediction came true."""
    over_random, over_labels = (result["gains"][name][FEW] for name in ("random", "labelled"))
    if of_gain(over_random) != "helps":
        return 0
    return 1 if of_gain(over_labels) == "hurts" else 2


def _curves(result: dict[str, Any]) -> None:
    """Accuracy against the number of labels, from each start."""
    curves, gains = result["curves"], result["gains"]
    at = curves["rotation"][FEW]["labels"]
    verdict = T(
        f"kinds.rotation.{of_gain(gains['random'][FEW])}", n=at, **points(gains["random"][FEW])
    )
    beside = T(
        f"kinds.rotation.labels.{of_gain(gains['labelled'][FEW])}",
        **points(gains["labelled"][FEW]),
    )
    st.markdown(f"**{verdict}** {beside}")
    shares = {name: f"{curves[name][FEW]['accuracy']:.0%}" for name in LOOKS}
    st.plotly_chart(
        label_figure({T(f"kinds.start.{n}"): (curves[n], look) for n, look in LOOKS.items()}),
        key=f"{PAGE}.rotation.curve",
        config=figures.CONFIG,
        alt=T("kinds.rotation.alt", n=at, **shares),
    )
    st.caption(
        T("kinds.rotation.conditions", asked=result["asked"], draws=result["draws"]["rotation"])
    )
    with st.expander(T("table.show")):
        table = {T("kinds.labels"): [point["labels"] for point in curves["rotation"]]}
        percent = st.column_config.NumberColumn(format="%.1f%%")
        columns = {}
        for name in LOOKS:
            columns[T(f"kinds.start.{name}")] = percent
            table[T(f"kinds.start.{name}")] = [100 * point["accuracy"] for point in curves[name]]
        st.dataframe(
            pd.DataFrame(table),
            hide_index=True,
            key=f"{PAGE}.rotation.table",
            column_config=columns,
        )


def _seen() -> None:
    """What was run so far, side by side: where the question teaches, and where it does not."""
    rows = []
    for data, spec in ROTATIONS.items():
        result = _result(spec)
        if result is None:
            continue
        gain = result["gains"]["random"][FEW]
        rows.append(
            {
                T("field.data"): naming.data_name(data),
                T("kinds.rotation.named"): 100 * result["turns"]["accuracy"],
                T("kinds.rotation.verdict"): T(f"kinds.turns.{of_turns(result['turns'])}.short"),
                T("kinds.rotation.gain", n=FEW_EACH): 100 * gain["mean"],
                "±": 100 * gain["half"],
            }
        )
    if len(rows) < 2:
        st.markdown(T("kinds.rotation.others"))
        return
    number = st.column_config.NumberColumn(format="%.1f")
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        key=f"{PAGE}.rotation.seen",
        column_config={
            T("kinds.rotation.named"): st.column_config.NumberColumn(format="%.0f%%"),
            T("kinds.rotation.gain", n=FEW_EACH): number,
            "±": number,
        },
    )
    if len(rows) == len(ROTATIONS):
        st.markdown(T("kinds.rotation.all"))


def _result(spec: RotationSpec) -> dict[str, Any] | None:
    try:
        run = told.find(spec)
    except UserError:  # told where the run is asked for
        return None
    return run.result if run is not None and told.answered(run) else None
