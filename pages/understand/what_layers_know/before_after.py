"""A fine-tune to look at before and after: one of the reader's own, or the page's, begun here."""

from __future__ import annotations

import streamlit as st

from pages.ui.frame.speech import T
from pages.ui.frame.speech import show as show_error
from pages.ui.runs import fetching, live_run, naming, runs
from tlcore import catalog
from tlcore.experiments.look.presets import FINE_TUNE
from tlcore.ground.errors import UserError
from tlcore.runs.store.store import Run

PAGE = "what_layers_know"


def choose() -> Run | None:
    """The finished run that is looked at.  Its live charts while it goes; None until it ends."""
    live_run.resume(PAGE, FINE_TUNE)
    began = live_run.current(PAGE)
    own = [run for run in runs.mine() if _can_be_looked_into(run)]
    st.markdown(T("before_after.preset", title=naming.heading(FINE_TUNE.model_dump())))
    with st.container(horizontal=True):
        live_run.start_button(FINE_TUNE, PAGE, T("before_after.start"))
        live_run.stop_button(PAGE, began is not None and began.active, live_run.stop, (PAGE,))
    if began is not None and (began.active or live_run.replaying(PAGE)):
        live_run.going_on(PAGE, [began])
        live_run.show(began, PAGE)
        return None
    if began is not None and (error := runs.failure(began)):
        show_error(error)
    choices = {run.id: run for run in own}
    if began is not None and _can_be_looked_into(began):
        choices = {began.id: began} | choices
    if not choices:
        return None
    return _one_of(choices)


def _one_of(choices: dict[str, Run]) -> Run:
    """The one the lesson means, until the reader chooses another; and which that is."""
    key = f"{PAGE}.chosen"
    kept = st.session_state.get(f"{PAGE}.kept_run")
    meant = _meant(choices)
    if kept not in choices or st.session_state.get(f"{PAGE}.meant") != meant:
        kept = meant
    st.session_state[f"{PAGE}.meant"] = meant
    st.session_state[key] = kept

    def keep() -> None:
        st.session_state[f"{PAGE}.kept_run"] = st.session_state[key]

    st.session_state[f"{PAGE}.kept_run"] = kept
    if len(choices) > 1:
        st.selectbox(
            T("before_after.run"),
            list(choices),
            key=key,
            format_func=lambda run_id: (
                f"{naming.title(choices[run_id].spec)} · {naming.moment(choices[run_id])}"
            ),
            on_change=keep,
        )
    _which(choices[kept])
    return choices[kept]


def _meant(choices: dict[str, Run]) -> str:
    """The newest that began from pre-trained blocks and let some of them learn: of a race the
    fine-tuned one, though the one from scratch ended last.  Where there is none, the newest."""
    tuned = (run.id for run in choices.values() if run.spec["freeze"] < run.spec["keep"])
    return next(tuned, next(iter(choices)))


def _which(run: Run) -> None:
    title, when = naming.heading(run.spec), naming.moment(run)
    told = [T("before_after.shown", title=title, when=when)]
    if run.spec["keep"] == 0:
        told.append(T("before_after.scratch"))
    elif run.spec["freeze"] == run.spec["read"]:
        told.append(T("before_after.head"))
    st.markdown(" ".join(told))


def _can_be_looked_into(run: Run) -> bool:
    """A fine-tune that has finished, whose backbone and pictures are still on this machine."""
    if run.kind != "fine_tune" or run.status != "finished":
        return False
    try:
        catalog.dataset(run.spec["data"])  # own pictures may have been deleted since
        catalog.backbone(run.spec["backbone"])
    except UserError:
        return False
    return fetching.here(run.spec["backbone"]) and fetching.here(run.spec["data"])
