"""The lab: choose, start, watch, read the result.  Everything it sets is in the shared link."""

import streamlit as st

from pages.lab.fine_tune import data as tune_data
from pages.lab.fine_tune import plan as tune_plan
from pages.lab.fine_tune import recipe as tune_recipe
from pages.ui.forms import cost as tune_cost
from pages.ui.forms import draft, link
from pages.ui.frame.speech import T, end, lesson, show
from pages.ui.lesson import lesson_link
from pages.ui.runs import downloads, earlier, explain, fetching, live_run, result, runs

problem = link.read()
lesson_link.question()
st.title(T("lab.title"))
st.markdown(T("lab.lead"))
if problem:
    show(problem)

tune_data.show()
tune_plan.show()
with st.expander(T("lab.about"), icon=":material/menu_book:"):
    st.markdown(lesson("fine_tune.forms"))
    st.markdown(lesson("fine_tune.frozen"))
    st.markdown(lesson("fine_tune.new_blocks"))
tune_recipe.show()

spec = draft.spec()
tune_cost.show(spec)
missing = fetching.missing(spec)
live_run.buttons(spec, ready=not missing)
if missing:
    st.caption(T("fetch.first", names=", ".join(map(fetching.shown, missing))))
run = live_run.current()
link.write(run)
if run is None:
    end()

now = spec.model_dump(mode="json")
with earlier.box("fine_tune", run.spec, now):
    if problem := runs.failure(run):
        show(problem)
    earlier.plan(run, now)
    live_run.show(run)
    if run.result and not live_run.replaying():
        result.show(run)
        explain.show(run)
        downloads.show(run)
result.code()
link.share(run)
