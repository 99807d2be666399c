"""What one may take home of a run: each file is made when it is asked for, then offered."""

from __future__ import annotations

import streamlit as st

from pages.ui.forms import clicks
from pages.ui.frame import bundle
from pages.ui.frame.speech import T, language
from pages.ui.frame.speech import show as show_error
from pages.ui.runs import live_run, runs
from tlcore import catalog
from tlcore.experiments.export.spec import ExportSpec
from tlcore.ground.errors import UserError
from tlcore.runs.store.store import Run

LOOK_AGAIN = 0.3  # seconds
WHAT = ("csv", "weights", "train_again", "report", "tensorboard")
NAMES = {
    "csv": "rows.csv",
    "weights": "model.zip",
    "train_again": "train_again.zip",
    "tensorboard": "tensorboard.zip",
}
NO_WEIGHTS = {"weights", "train_again"}  # nothing of these where the loss blew up
OF_TEXTS = {"csv", "tensorboard"}  # the others are made for pictures
MADE = "downloads.made"  # (run, what, language) -> id of the run that makes it


def name_of(what: str, in_language: str) -> str:
    """The file's name in the run's folder."""
    return f"report-{in_language}.html" if what == "report" else NAMES[what]


def show(run: Run) -> None:
    """Five files, one line each on what it is."""
    if run.status not in ("finished", "diverged"):
        return
    st.header(T("downloads.title"), anchor=False)
    st.caption(T("downloads.about"))
    making = [_line(run, what) for what in WHAT if _has(run, what)]
    live_run.pending_error("downloads")
    if any(making):
        st.fragment(_look_again, run_every=LOOK_AGAIN)([run_id for run_id in making if run_id])


def _has(run: Run, what: str) -> bool:
    if catalog.reads_texts(run.spec) and what not in OF_TEXTS:
        return False
    return run.status == "finished" or what not in NO_WEIGHTS


def _line(run: Run, what: str) -> str | None:
    """One file; returns the run that is making it just now."""
    path = runs.store().folder(run.id) / "export" / name_of(what, language())
    maker = _maker(run, what)
    about, act = st.columns([3, 1], vertical_alignment="center")
    about.markdown(f"**{T(f'downloads.{what}')}**  \n{T(f'downloads.{what}.about')}")
    with act:
        if path.is_file():
            address = f"{bundle.root()}/api/runs/{run.id}/files/{path.name}"
            label = T("downloads.save", size=_size(path.stat().st_size))
            key = f"downloads.{what}.save"
            st.link_button(label, address, icon=":material/download:", key=key, width="stretch")
        else:
            clicks.press(
                T("downloads.making" if maker else "downloads.make"),
                f"downloads.{what}",
                _make,
                (run.id, what, language()),
                icon=":material/hourglass_top:" if maker else ":material/inventory_2:",
                disabled=maker is not None,
                width="stretch",
            )
    return maker


def _maker(run: Run, what: str) -> str | None:
    """The run that makes this file, while it does; a failed one is told once."""
    made = st.session_state.setdefault(MADE, {})
    run_id = made.get((run.id, what, language()))
    found = runs.store().run(run_id) if run_id else None
    if found is not None and found.active:
        return found.id
    made.pop((run.id, what, language()), None)
    if found is not None and (problem := runs.failure(found)):
        show_error(problem)
    return None


def _make(run_id: str, what: str, in_language: str) -> None:
    try:
        made = runs.look(ExportSpec(run=run_id, what=what, language=in_language))
    except UserError as error:
        st.session_state["downloads.error"] = error
        return
    st.session_state.setdefault(MADE, {})[run_id, what, in_language] = made.run_id


def _look_again(making: list[str]) -> None:
    """Ends by a run of the whole page, as soon as one of the files is there."""
    for run_id in making:
        run = runs.store().run(run_id)
        if run is None or not run.active:
            st.rerun()


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{max(1, round(count / 1e3))} KB"
