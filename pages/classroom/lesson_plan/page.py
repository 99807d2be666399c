"""Ninety minutes, or as many as there are: what to click, what to ask, what the class does."""

import streamlit as st

from pages.ui.frame.speech import T, language
from pages.ui.lesson import plan_view
from tlcore.lessons import lesson_plan

st.title(T("lesson_plan.title"))
st.markdown(T("lesson_plan.lead"))

which = plan_view.lesson()
minutes = plan_view.length()
slots = plan_view.slots(minutes, which)
plan_view.clock(slots, minutes, which)
with st.expander(T("lesson_plan.before"), icon=":material/bedtime:"):
    st.markdown(lesson_plan.before(language(), which))
plan_view.show(slots)
