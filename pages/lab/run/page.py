"""A run's own page, for anyone who has its link: what it was, how it goes, what came out."""

import streamlit as st

from pages.lab.run import facts as run_facts
from pages.ui.frame.navigation import page_file
from pages.ui.frame.speech import T, end, show
from pages.ui.runs import (
    actions as run_actions,
)
from pages.ui.runs import (
    downloads,
    explain,
    live_run,
    naming,
    result,
    runs,
)

run = run_actions.linked()
if run is None:
    st.title(T("run.page"))
    st.markdown(T("run.no_such"))
    st.page_link(page_file("runs"), label=T("page.runs"), icon=T("icon.runs"))
    end()

st.title(naming.heading(run.spec))
st.markdown(run_facts.who(run))
run_actions.held(run)
live_run.pending_error("run")
if problem := runs.failure(run):
    show(problem)

live_run.show(run, "run")
if run.result:
    result.show(run)
    explain.show(run)
    downloads.show(run)
run_facts.settings(run)
run_actions.link_text([run])
