"""How soon each entrant of a race came near its end: drawn, as a table, in words, over seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.charts import figures
from pages.ui.frame import visual
from pages.ui.frame.speech import T
from pages.ui.runs import runs
from pages.understand.why_transfer import racing
from tlcore.experiments.races import reach
from tlcore.experiments.races import record as races_record
from tlcore.experiments.races.reach import Reach
from tlcore.experiments.races.record import Entrant, Steps
from tlcore.runs.store.store import Run

Rows = Sequence[Mapping[str, Any]]
ROW_PX, AXIS_PX = 52, 150
DOT_PX, RING_PX = 11, 21  # a ring encloses its dot where both stand at one step


def show(race: racing.Race, done: Mapping[str, Run], quick: str, slow: str) -> None:
    """`quick` and `slow`: the two entrants whose steps are compared in a sentence."""
    curves = {name: _epochs(run) for name, run in done.items()}
    own = {name: found for name, rows in curves.items() if (found := reach.of_own(rows))}
    best = reach.of_best(curves)
    if len(own) < len(done):
        return
    st.plotly_chart(
        figure(race, own, best),
        key=f"{race.page}.steps",
        alt=" ".join(_sentence(name, own[name]) for name in done),
        config=figures.CONFIG,
    )
    st.dataframe(table(curves, own, best), hide_index=True, height="content")
    st.markdown(compared(quick, own[quick], slow, own[slow]))


def figure(
    race: racing.Race, own: Mapping[str, Reach], best: Mapping[str, Reach]
) -> dict[str, Any]:
    """A row for each entrant: its symbol where it reached 90 % of its own end, and a ring where it
    reached 90 % of the best one's."""
    names = list(own)
    traces = []
    for place, name in enumerate(names):
        steps = [(own[name].step, "", DOT_PX), (best[name].step, "-open", RING_PX)]
        known = [found for found in steps if found[0] is not None]
        colour = visual.colour(race.looks[name])
        sign = visual.SYMBOLS[place]  # as in the curves above: by order
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": [step for step, _, _ in known],
                "y": [T(f"why.{name}")] * len(known),
                "line": visual.line(race.looks[name], 2),
                "marker": {
                    "color": colour,
                    "symbol": [f"{sign}{ring}" for _, ring, _ in known],
                    "size": [px for _, _, px in known],
                    "line": {"width": 2, "color": colour},
                },
                "hovertemplate": "%{y}: %{x}<extra></extra>",
            }
        )
    most = max(step for found in (*own.values(), *best.values()) if (step := found.step or 0) >= 0)
    layout = figures.layout(
        AXIS_PX + ROW_PX * len(names),
        {
            "title": figures.title(figures.broken(T("why.steps.axis"), figures.ALONG)),
            "range": [-0.04 * max(most, 1), 1.08 * max(most, 1)],
        },
        {"autorange": "reversed", "type": "category"},
        showlegend=False,
    )
    return {"data": traces, "layout": layout}


def table(
    curves: Mapping[str, Rows], own: Mapping[str, Reach], best: Mapping[str, Reach]
) -> pd.DataFrame:
    """The figure's numbers; its signs stand in the heads."""
    return pd.DataFrame(
        [
            {
                T("why.entrant"): T(f"why.{name}"),
                T("why.steps.final"): f"{reach.final(rows) or 0.0:.1%}",
                T("why.steps.own"): _step(own[name]),
                T("why.steps.best"): _step(best[name]),
            }
            for name, rows in curves.items()
        ]
    )


def compared(quick: str, fast: Reach, slow: str, late: Reach) -> str:
    """One sentence with a factor, where there is one."""
    names = {"quick": T(f"why.{quick}"), "slow": T(f"why.{slow}")}
    if fast.step is None or late.step is None:  # a run always reaches its own end
        return ""
    told = {**names, "fast": fast.step, "late": late.step}
    if fast.step == 0:
        return T("why.steps.at_once", **told)
    if late.step <= fast.step:
        return T("why.steps.no_sooner", **told)
    return T("why.steps.sooner", factor=f"{late.step / fast.step:.1f}", **told)


def measured(what: str, names: Sequence[str], size: int, source: str | None = None) -> None:
    """The same over several seeds, where this size was measured."""
    found = races_record.entrants(what, names, size, source)
    if not found:
        return
    lines = [f"- **{T(f'why.{entrant.name}')}**: {_over_seeds(entrant)}" for entrant in found]
    st.markdown(
        T("why.steps.measured", seeds=found[0].seeds, size=size) + "\n\n" + "\n".join(lines)
    )
    st.caption(T("why.steps.conditions", command=f"python -m tlcore races {what}"))


def _over_seeds(entrant: Entrant) -> str:
    told = {
        "accuracy": f"{entrant.accuracy:.1%} ± {100 * entrant.half_width:.1f}",
        "own": _spread(entrant.own),
        "best": _spread(entrant.best),
    }
    return T("why.steps.seeds", **told)


def _spread(steps: Steps) -> str:
    if steps.middle is None:
        return T("why.steps.mostly_never", never=steps.never)
    words = {"middle": f"{steps.middle:g}", "least": steps.least, "most": steps.most}
    key = "why.steps.spread_never" if steps.never else "why.steps.spread"
    return T(key, never=steps.never, **words)


def _step(found: Reach) -> str:
    return T("why.steps.never") if found.step is None else f"{found.step:,}"


def _sentence(name: str, found: Reach) -> str:
    return T("why.steps.alt", name=T(f"why.{name}"), step=_step(found))


def _epochs(run: Run) -> Rows:
    rows, _ = runs.store().rows(run.id)
    return [row for row in rows if row["kind"] == "epoch"]
