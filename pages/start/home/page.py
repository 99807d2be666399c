"""What this is, one button that shows it, and the path through the app."""

import streamlit as st

from pages.start.home import device
from pages.ui.charts.live_charts import live
from pages.ui.frame.navigation import page_file
from pages.ui.frame.speech import T, lesson, words
from pages.ui.lesson import room
from pages.ui.runs import live_run, runs
from tlcore.ground.recipe import from_block
from tlcore.runs.spec import FineTuneSpec

DEMONSTRATION = FineTuneSpec(
    train_size=200,
    read=8,
    keep=8,
    freeze=from_block(7, 8).freeze,
    epochs=20,
    lr=1e-3,
    layer_decay=0.8,
)
PATH = (
    ("what_it_sees", "why_transfer", "what_layers_know", "kinds_of_learning", "claims"),
    ("matrix", "my_dataset", "fine_tune"),
    ("compare", "learning_rate", "break_it"),
    ("words_in_context", "objectives", "fine_tune_text", "generate"),
)

st.title(T("home.title"))
room.notice()
st.markdown(lesson("home"))

with st.container(border=True):
    st.header(T("home.demo"), anchor=False)
    st.markdown(T("home.demo.about"))
    live_run.resume("home", DEMONSTRATION)
    run = live_run.current("home")
    live_run.start_button(DEMONSTRATION, "home", T("home.demo.start"), fresh=True)
    if run is not None:
        if problem := runs.failure(run):
            live_run.show_error(problem)
        live(
            [live_run.shown(run)],
            words=words("live", "status"),
            key="home.live",
            panels=("loss", "accuracy", "strip"),
            reveal=run.active,
        )
        if run.result and run.status == "finished":
            low, high = run.result["interval"]
            st.success(
                T(
                    "home.demo.done",
                    accuracy=f"{run.result['test_accuracy']:.0%}",
                    low=f"{low:.0%}",
                    high=f"{high:.0%}",
                    seconds=f"{run.result['seconds']['total']:.1f}",
                    n=len(run.result["predictions"]),
                ),
                icon=":material/check_circle:",
            )

st.header(T("home.path"), anchor=False)
for row in PATH:
    for column, name in zip(st.columns(len(row)), row, strict=True):
        with column.container(border=True, height="stretch"):
            st.page_link(page_file(name), label=f"**{T(f'page.{name}')}**", icon=T(f"icon.{name}"))
            st.markdown(T(f"home.path.{name}"))

room.card()
device.line()
