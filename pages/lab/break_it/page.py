"""Break it: eight runs that went wrong; find the cause, see the proof, repair it."""

import streamlit as st

from pages.lab.break_it import (
    cases as break_case,
)
from pages.lab.break_it import (
    cause as break_cause,
)
from pages.lab.break_it import (
    code as break_code,
)
from pages.lab.break_it import (
    proof as break_proof,
)
from pages.lab.break_it import (
    repair as break_repair,
)
from pages.lab.break_it import (
    symptom as break_symptom,
)
from pages.ui.frame.navigation import page_file
from pages.ui.frame.speech import T, lesson
from pages.ui.lesson import predict

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
