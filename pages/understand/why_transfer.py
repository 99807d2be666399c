"""Pre-training and fine-tuning side by side, and the story of D1 and D2 as a live race."""

import streamlit as st

from pages.ui import race
from pages.ui.frame import T, lesson, page_file

st.title(T("why.title"))
st.markdown(lesson("why_transfer.lead"))

first, second = st.columns(2)
with first.container(border=True, height="stretch"):
    st.markdown(lesson("why_transfer.pre_training"))
with second.container(border=True, height="stretch"):
    st.markdown(lesson("why_transfer.fine_tuning"))

st.header(T("why.story"), anchor=False)
st.markdown(lesson("why_transfer.story"))

st.header(T("why.race"), anchor=False)
st.markdown(lesson("why_transfer.race"))
race.resume()
size, epochs, seed = race.settings()
race.buttons(race.specs(size, epochs, seed))
entries = race.current()
if entries:
    race.show(entries)
    race.verdict(entries)
race.measured()

st.header(T("why.next"), anchor=False)
st.markdown(lesson("why_transfer.sources"))
st.page_link(page_file("matrix"), label=T("why.to_matrix"), icon=T("icon.matrix"))
