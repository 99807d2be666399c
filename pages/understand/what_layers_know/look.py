"""A picture inside the network, as the look of it came back: tiles, words and a table."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.frame.speech import T, plain, words
from pages.ui.frame.speech import show as show_error
from pages.ui.runs import naming, runs, told
from pages.understand.what_layers_know.inside import inside
from tlcore.experiments.look.spec import LookSpec
from tlcore.ground.errors import UserError
from tlcore.runs.store.store import Run

Shown = tuple[Run, dict[str, Any]]


def show(spec: LookSpec, key: str) -> Shown | None:
    """Ask for the look, and draw it when it is there; until then the last one stays.  `key` names
    the place on the page.  Returns the run and the result that is shown."""
    try:
        run = told.ask(spec)
    except UserError as error:
        show_error(error)
        return None
    if not told.answered(run):
        told.pending(run, spec, progress, key)
    found = _newest(run, key)
    if found is None:
        return None
    shown, result = found
    names = class_names(result)
    busy = run.active and shown.id != run.id
    inside(
        shown.id,
        result,
        names=names,
        words=words("inside"),
        key=key,
        busy=busy,
    )
    if not busy:
        st.markdown(_reading(result, [plain(name) for name in names]))
    with st.expander(T("table.show")):
        st.dataframe(pd.DataFrame(_lines(result)), hide_index=True, key=f"{key}.table")
    return shown, result


def progress(row: dict[str, Any]) -> tuple[float | None, str]:
    values = {"done": f"{row['done']:,}", "of": f"{row['of']:,}"}
    return row["done"] / row["of"], T(f"inside.at.{row['part']}", **values)


def class_names(result: dict[str, Any]) -> list[str]:
    return [naming.class_name(result["data"], name) for name in result["classes"]]


def _newest(run: Run, key: str) -> Shown | None:
    """The answer, or the last one of the same network and data while another is on its way."""
    kept: dict[str, str] = st.session_state.setdefault("look.shown", {})
    if told.answered(run):
        kept[key] = run.id
        return run, run.result or {}
    last = runs.store().run(kept[key]) if key in kept else None
    same = last is not None and all(
        last.spec[f] == run.spec[f] for f in ("backbone", "data", "run")
    )
    if last is None or not same or not told.answered(last):
        return None
    return last, last.result or {}


def _reading(result: dict[str, Any], names: list[str]) -> str:
    """What the picture is, and from which block on a place sees all of it."""
    size = result["input"]["tile"][0]
    blocks = result["blocks"]
    lines = []
    if result["label"] is not None:
        lines.append(T("inside.truth", name=names[result["label"]]))
    first = blocks[0]
    lines.append(T("inside.field.first", name=first["name"], field=first["field"], size=size))
    whole = [block["name"] for block in blocks if block["field"] >= size]
    if whole:
        lines.append(T("inside.field.whole", name=whole[0]))
    shown = len(first["shown"])
    lines.append(T("inside.tiles", shown=shown, n=f"{result['pictures']:,}"))
    return " ".join(lines)


def _lines(result: dict[str, Any]) -> list[dict[str, Any]]:
    """A row a channel that is shown."""
    lines = []
    for number, block in enumerate(result["blocks"], start=1):
        for place, channel in enumerate(block["shown"]):
            line = {
                T("inside.column.block"): number,
                T("inside.column.name"): block["name"],
                T("inside.column.map"): f"{block['size']} × {block['size']}",
                T("inside.column.field"): f"{block['field']} × {block['field']}",
                T("inside.column.channel"): channel + 1,
            }
            for when in ("before", "after"):
                if when in block:
                    share = block[when][place]["weaker"]
                    line[T(f"inside.column.{when}")] = f"{share:.0%}"
            lines.append(line)
    return lines
