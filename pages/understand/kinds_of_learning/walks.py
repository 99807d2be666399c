"""The reward comes later: agents learn a maze, then a changed one with the old table or none."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from pages.ui.charts import figures
from pages.ui.frame import visual
from pages.ui.frame.speech import T, words
from pages.ui.lesson import predict
from pages.understand.kinds_of_learning.maze import Walk, Walker, mazes
from tlcore.experiments.kinds import maze
from tlcore.experiments.kinds.maze import Learned, Maze

PAGE = "kinds_of_learning"
CHOICES = ("known", *get_args(maze.Change))
WALKS, AGENTS = 40, 20
IN_TABLE = (1, 2, 3, 5, 10, 15, 20, 30, 40)
LATE = 5  # walks at the end that are taken together
Racers = dict[str, Learned]  # by how they look: "new" with an empty table, "kept" with the old one


def show() -> None:
    if not predict.ask("kinds_maze"):
        return
    st.segmented_control(
        T("kinds.maze.which"),
        CHOICES,
        key=f"{PAGE}.maze",
        default="known",
        required=True,
        format_func=lambda name: T(f"kinds.maze.{name}"),
    )
    chosen = st.session_state[f"{PAGE}.maze"]
    drawing, racers, saved = race(chosen)
    mazes(
        drawing.rows,
        [_walker(drawing, look, learned) for look, learned in racers.items()],
        patience=maze.PATIENCE,
        words=words("maze"),
        key=f"{PAGE}.walks",
    )
    st.markdown(_told(chosen, drawing, racers, saved))
    st.plotly_chart(
        figure(drawing, racers),
        key=f"{PAGE}.moves",
        config=figures.CONFIG,
        alt=_alt(drawing, racers),
    )
    _table(racers)
    if chosen != "known" and verdict(chosen) == "hurts":  # not before it was seen
        hurts = [verdict(change) == "hurts" for change in get_args(maze.Change)]
        predict.told("kinds_maze", hurts.index(True) if sum(hurts) == 1 else None)


@st.cache_data(show_spinner=False)  # read-only: the same for every reader
def race(chosen: str) -> tuple[Maze, Racers, tuple[float, float] | None]:
    """The maze, who walks it, and the moves that the old table saves (mean, half an interval)."""
    if chosen == "known":
        return maze.KNOWN, {"new": maze.learn(maze.KNOWN, WALKS, AGENTS, 0)}, None
    change = next(c for c in get_args(maze.Change) if c == chosen)
    found = maze.race(change, WALKS, AGENTS)
    return found.maze, {"new": found.nothing, "kept": found.old}, (found.fewer, found.half)


def verdict(change: str) -> str:
    """Whether the old table saves moves beyond the noise."""
    saved = race(change)[2]
    assert saved is not None
    return maze.verdict(*saved)


def _walker(drawing: Maze, look: Any, learned: Learned) -> Walker:
    """One of the agents; the others did much the same."""
    walks: list[Walk] = []
    for number, table in enumerate(learned.tables):
        moves = int(learned.moves[number - 1, 0]) if number else None
        way = maze.way(drawing, table)
        best = [
            (int(row.argmax()) if row.any() else -1, round(float(row.max()), 3)) for row in table
        ]
        gave_up = moves == maze.PATIENCE
        walks.append(
            {
                "moves": None if gave_up else moves,
                "best": best,
                "way": way,
                "home": way[-1] == drawing.goal,
            }
        )
    return {"title": T(f"kinds.maze.look.{look}"), "look": look, "walks": walks}


def _early_late(learned: Learned) -> tuple[float, float]:
    """Moves of the first walk, and of the last few, mean over the agents."""
    return float(learned.moves[0].mean()), float(learned.moves[-LATE:].mean())


def _told(chosen: str, drawing: Maze, racers: Racers, saved: tuple[float, float] | None) -> str:
    first, last = _early_late(racers["new"])
    values = {"first": f"{first:.0f}", "last": f"{last:.0f}", "agents": AGENTS, "walks": WALKS}
    values |= {"late": LATE, "shortest": drawing.shortest}
    if saved is None:
        return T("kinds.maze.told", **values)
    old_first, old_last = _early_late(racers["kept"])
    old = {"old_first": f"{old_first:.0f}", "old_last": f"{old_last:.0f}"}
    fewer = {"fewer": f"{abs(saved[0]):,.0f}", "half": f"{saved[1]:,.0f}"}
    lines = [T(f"kinds.maze.{verdict(chosen)}", **fewer, **values)]
    lines.append(T("kinds.maze.compared", **values, **old))
    if old_last > 1.1 * last and old_first < first:
        lines.append(T("kinds.maze.habit", **values, **old))
    return " ".join(lines)


def _alt(drawing: Maze, racers: Racers) -> str:
    told = [
        T(
            "kinds.maze.alt",
            who=T(f"kinds.maze.look.{look}"),
            first=f"{_early_late(learned)[0]:.0f}",
            last=f"{_early_late(learned)[1]:.0f}",
        )
        for look, learned in racers.items()
    ]
    return " ".join([*told, T("kinds.maze.alt.shortest", n=drawing.shortest)])


def figure(drawing: Maze, racers: Racers) -> dict[str, Any]:
    """Moves by walk: mean over the agents, and its 95 % interval as a band."""
    x = list(range(1, WALKS + 1))
    traces: list[dict[str, Any]] = []
    for look, learned in racers.items():
        middle, half = _spread(learned.moves)
        band = {"type": "scatter", "mode": "lines", "x": x, "line": {"width": 0}}
        band |= {"hoverinfo": "skip", "showlegend": False}
        traces.append({**band, "y": (middle - half).tolist()})
        traces.append(
            {
                **band,
                "y": (middle + half).tolist(),
                "fill": "tonexty",
                "fillcolor": visual.band(look),
            }
        )
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": T(f"kinds.maze.look.{look}"),
                "x": x,
                "y": middle.tolist(),
                "line": visual.line(look),
                "marker": visual.marker(look, 7),
                "hovertemplate": "%{y:.0f}",
            }
        )
    traces.append(
        {
            "type": "scatter",
            "mode": "lines",
            "name": T("kinds.maze.shortest"),
            "x": [1, WALKS],
            "y": [drawing.shortest] * 2,
            "line": visual.line("reference", 2),
            "hoverinfo": "skip",
        }
    )
    layout = figures.layout(
        330,
        {"title": figures.title(T("kinds.maze.walk"))},
        {"title": figures.title(T("kinds.maze.moves")), "rangemode": "tozero"},
        hovermode="x unified",
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0, "font": figures.FONT},
    )
    return {"data": traces, "layout": layout}


def _spread(moves: npt.NDArray[np.int64]) -> tuple[Any, Any]:
    found = np.array([maze.interval(walk.tolist()) for walk in moves])
    return found[:, 0], found[:, 1]


def _table(racers: Racers) -> None:
    with st.expander(T("table.show")):
        columns: dict[str, Any] = {T("kinds.maze.walk"): list(IN_TABLE)}
        for look, learned in racers.items():
            mean = learned.moves.mean(1)
            columns[T(f"kinds.maze.look.{look}")] = [round(float(mean[n - 1]), 1) for n in IN_TABLE]
        st.dataframe(pd.DataFrame(columns), hide_index=True, key=f"{PAGE}.moves.table")
        st.caption(T("kinds.maze.conditions", agents=AGENTS, most=maze.PATIENCE))
