"""Strategies side by side: a guess, a race, and the cheapest that is equal to the best."""

import streamlit as st

from pages.lab.compare import (
    about as compare_about,
)
from pages.lab.compare import (
    chooser as compare_choice,
)
from pages.lab.compare import (
    going as compare_runs,
)
from pages.lab.compare import (
    scaling as scaling_view,
)
from pages.lab.compare import (
    verdict as compare_verdict,
)
from pages.ui.frame.navigation import page_file
from pages.ui.frame.speech import T, lesson, section
from pages.ui.lesson import predict

st.title(T("compare.title"))
st.markdown(lesson("compare.lead"))

st.header(T("compare.question"), anchor=False)
specs = compare_choice.choose()
compare_about.show(specs[0])
guessed = predict.ask("compare")
found = compare_runs.buttons(specs)
if found and not guessed:
    there = "under_way" if any(run.active for run in found) else "there"
    st.info(T(f"compare.guess_first.{there}"), icon=":material/psychology_alt:")
elif found:
    compare_runs.race(specs[0], found)
    if results := compare_runs.results(specs, found):
        st.header(T("compare.said"), anchor=False)
        compare_verdict.show(specs[0], results)

section(T("compare.reading"), lesson("compare.forms"))
first, second = st.columns(2)
with first.container(border=True, height="stretch"):
    st.markdown(lesson("compare.textbooks"))
with second.container(border=True, height="stretch"):
    st.markdown(lesson("compare.limits"))

st.header(T("scaling.title"), anchor=False)
scaling_view.show()

st.page_link(page_file("matrix"), label=T("why.to_matrix"), icon=T("icon.matrix"))
