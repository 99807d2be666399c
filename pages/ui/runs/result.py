"""What came out of a run: accuracy with its interval, cost, confusion and the pictures."""

from __future__ import annotations

import base64
import io
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st
from PIL import Image

from pages.ui.charts.confusion import confusion
from pages.ui.charts.gallery import gallery
from pages.ui.frame.speech import T, plain, words
from pages.ui.runs import by_class, explain, readings, text_result
from pages.ui.runs.naming import class_names, span
from tlcore.ground import paths, source
from tlcore.runs.reading import diverged
from tlcore.runs.store.store import Run
from tlcore.training import class_scores

MOST_PICTURES = 24  # a row or two on a projector; the count beside them is the whole truth


def show(run: Run) -> None:
    """The result of a finished or diverged run."""
    result = run.result or {}
    st.header(T("result.title"), anchor=False)
    if result["status"] == "diverged":
        st.warning(T("result.diverged", **diverged(run.spec, result)))
        readings.show(run)
        return
    _headline(run, result)
    st.markdown(reading(run, result))
    readings.show(run)
    if "texts" in result:
        text_result.show(run, result)
        return
    _confusion(run, result)
    _extremes(run, result)


def _headline(run: Run, result: dict[str, Any]) -> None:
    low, high = result["interval"]
    seconds = result["seconds"]
    kind = ".texts" if "texts" in result else ""
    accuracy, time, speed, memory = st.columns(4)
    accuracy.metric(
        T("result.accuracy"),
        f"{result['test_accuracy']:.1%}",
        T("result.interval", low=f"{low:.1%}", high=f"{high:.1%}"),
        delta_color="off",
        delta_arrow="off",
        help=T(f"result.interval.help{kind}", n=len(result["predictions"])),
    )
    time.metric(
        T("result.seconds"),
        span(seconds["total"]),
        T("result.of_which", train=span(seconds["train"]), cache=span(seconds["cache"])),
        delta_color="off",
        delta_arrow="off",
    )
    speed.metric(T(f"result.speed{kind}"), f"{result['images_per_second']:,.0f}")
    memory.metric(T("result.memory"), f"{result['peak_memory_mb']:,.0f} MB")


def reading(run: Run, result: dict[str, Any]) -> str:
    """The result in words, with its hedge: one run is one run."""
    key = "result.reading.texts" if "texts" in result else "result.reading"
    chance = class_scores.commonest(result["truth"])
    told = [T(key, n=len(result["predictions"]), chance=f"{chance:.0%}")]
    told.append(by_class.told(result["confusion"]))
    frozen = result.get("frozen_sha256")
    if frozen and frozen["before"] is not None:
        same = frozen["before"] == frozen["after"]
        key = "result.frozen_same" if same else "result.frozen_moved"
        told.append(T(key, hash=str(frozen["after"])[:12]))
    told.append(T("result.weights", hash=str(result["weights_sha256"])[:12]))
    return " ".join(filter(None, told))


def code() -> None:
    """The functions that ran, cut from their files."""
    with st.expander(T("code.show")):
        st.caption(T("code.about"))
        for module, name in (
            ("tlcore.training.transfer.plan", "apply"),
            ("tlcore.training.engine.train", "train"),
        ):
            st.markdown(f"`{module}.{name}`")
            st.code(source.function(module, name), language="python")


def _sheet(run: Run, result: dict[str, Any]) -> Image.Image | None:
    file = paths.data_dir() / "runs" / run.id / result["sprite"]["file"]
    return Image.open(file) if file.exists() else None  # written by our own worker


def picture(sheet: Image.Image, sprite: dict[str, Any], index: int) -> str:
    """Test picture `index` of the sheet as a data address (PNG): nothing more to fetch."""
    width, height = sprite["tile"]
    x, y = index % sprite["columns"] * width, index // sprite["columns"] * height
    buffer = io.BytesIO()
    sheet.crop((x, y, x + width, y + height)).save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def _gallery(
    run: Run, sheet: Image.Image, name: str, indices: list[int], captions: list[str]
) -> None:
    """Pictures in rows, each a button: a click asks why."""
    sprite = (run.result or {})["sprite"]
    gallery(
        [
            {"index": i, "src": picture(sheet, sprite, i), "caption": told}
            for i, told in zip(indices, captions, strict=True)
        ],
        chosen=explain.chosen(run),
        words=words("gallery"),
        key=f"result.{name}.{run.id}",
        on_pick=partial(explain.pick, run),
    )


def _confusion(run: Run, result: dict[str, Any]) -> None:
    st.subheader(T("confusion.title"), anchor=False)
    st.caption(T("confusion.reading"))
    names = class_names(run)
    table, pictures = st.columns([1.1, 1])
    with table:
        row, column = confusion(
            result["confusion"],
            names,
            words=words("confusion"),
            key=f"fine_tune.confusion.{run.id}",
        )
    sheet = _sheet(run, result)
    truth = result["truth"]
    chosen = [
        i
        for i, (is_, said) in enumerate(zip(truth, result["predictions"], strict=True))
        if (is_, said) == (row, column)
    ]
    with pictures:
        truth_is, said_is = plain(names[row]), plain(names[column])
        st.markdown(T("confusion.cell", truth=truth_is, said=said_is, n=len(chosen)))
        if sheet is None:
            st.caption(T("result.no_pictures"))
        elif chosen:
            shown = chosen[:MOST_PICTURES]
            sure = [f"{result['confidence'][i]:.0%}" for i in shown]
            _gallery(run, sheet, "cell", shown, sure)
            if len(chosen) > len(shown):
                st.caption(T("confusion.more", n=len(chosen) - len(shown)))
    with st.expander(T("table.show")):
        st.dataframe(pd.DataFrame(result["confusion"], index=names, columns=names))
        by_class.table(result["confusion"], names)


def _extremes(run: Run, result: dict[str, Any]) -> None:
    sheet = _sheet(run, result)
    if sheet is None:
        return
    names = class_names(run)
    truth, said, sure = result["truth"], result["predictions"], result["confidence"]
    for kind in ("best", "worst"):
        st.markdown(f"**{T(f'result.{kind}')}** — {T(f'result.{kind}.reading')}")
        captions = [
            f"{names[truth[i]]} {sure[i]:.0%}"
            if truth[i] == said[i]
            else f"{names[truth[i]]} → {names[said[i]]} {sure[i]:.0%}"
            for i in result[kind]
        ]
        _gallery(run, sheet, kind, result[kind], captions)
