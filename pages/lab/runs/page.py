"""My runs: everything this reader began or opened by a link, to compare, repeat and take away."""

import streamlit as st

from pages.lab.runs import overlay
from pages.lab.runs import table as run_table
from pages.ui.frame.navigation import page_file
from pages.ui.frame.speech import T, end
from pages.ui.runs import actions as run_actions
from pages.ui.runs import live_run, runs

st.title(T("runs.title"))
st.markdown(T("runs.lead"))

found = runs.store().runs(runs.user())
if not found:
    with st.container(border=True):
        st.markdown(T("runs.empty"))
        st.page_link(page_file("fine_tune"), label=T("runs.empty.lab"), icon=T("icon.fine_tune"))
        st.page_link(page_file("home"), label=T("runs.empty.home"), icon=T("icon.home"))
    end()

chosen = run_table.show(found)
if chosen.opened:
    run_actions.open_page(chosen.opened)
picked = [run for run in found if run.id in chosen.ids]
live_run.pending_error("runs")
run_actions.bar(picked)
if len(picked) > 1:
    overlay.show(picked)
