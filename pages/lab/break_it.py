"""Break it: eight runs that went wrong; find the cause, see the proof, repair it."""

import streamlit as st

from pages.ui import (
    break_case,
    break_cause,
    break_code,
    break_proof,
    break_repair,
    break_symptom,
    predict,
)
from pages.ui.frame import T, lesson
from pages.ui.navigation import page_file

st.title(T("break.title"))
st.markdown(lesson("break_it.lead"))
case = break_case.choose()
st.header(T("break.case", n=case.number), anchor=False)
broken = break_symptom.show(case)
if broken is not None and predict.ask(case.question):
    st.header(T("break.what"), anchor=False)
    break_cause.show(case, broken)
    st.header(T("break.proof"), anchor=False)
    break_proof.show(case, broken)
    st.header(T("break.code"), anchor=False)
    break_code.show(case)
    st.header(T("break.repair"), anchor=False)
    break_repair.show(case, broken)
break_case.step()
st.page_link(page_file("fine_tune"), label=T("break.to_lab"), icon=T("icon.fine_tune"))
