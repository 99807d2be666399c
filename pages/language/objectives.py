"""Training objectives: what a model is asked to predict, what it may see, what that is worth."""

import streamlit as st

from pages.ui import (
    objective_code,
    objective_fill,
    objective_seen,
    objective_steps,
    objective_worth,
)
from pages.ui.frame import T, lesson
from tlcore import objective_models
from tlcore.errors import UserError

PAGE = "objectives"

st.title(T("objectives.title"))
st.markdown(lesson(f"{PAGE}.lead"))
if not objective_models.there():
    raise UserError("objectives.none")

st.header(T("objectives.fill"), anchor=False)
st.markdown(lesson(f"{PAGE}.fill"))
result = objective_fill.show()

st.header(T("objectives.seen"), anchor=False)
st.markdown(lesson(f"{PAGE}.seen"))
if result is None:
    st.caption(T("objectives.seen.first"))
else:
    objective_seen.show(result)

st.header(T("objectives.worth"), anchor=False)
st.markdown(lesson(f"{PAGE}.worth"))
objective_worth.show()

st.header(T("objectives.steps"), anchor=False)
st.markdown(lesson(f"{PAGE}.steps"))
objective_steps.show()

objective_code.show()
st.header(T("why.next"), anchor=False)
st.markdown(lesson(f"{PAGE}.sources"))
