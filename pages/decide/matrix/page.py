"""The matrix of data size and similarity, as a picture one clicks; a cell answers with a plan."""

import streamlit as st

from pages.decide.matrix import (
    chooser as matrix_choice,
)
from pages.decide.matrix import (
    evidence as matrix_evidence,
)
from pages.decide.matrix import (
    measured as advice_measured,
)
from pages.decide.matrix import (
    points as grid_points,
)
from pages.decide.matrix import (
    score as advice_score,
)
from pages.ui.frame.speech import T, lesson

st.title(T("matrix.title"))
st.markdown(lesson("matrix.lead"))

matrix_choice.backbone()
choice = matrix_choice.picture()
advice = matrix_choice.advice(choice)

st.header(
    T("matrix.answer", cell=T(f"cell.{choice.cell}"), short=T(f"advice.{choice.cell}.short")),
    anchor=False,
)
matrix_choice.try_it(advice, choice)
matrix_choice.plan_picture(advice, choice)
reason, numbers = st.columns([1.5, 1])
with reason:
    st.markdown(T(f"advice.{choice.cell}.reason"))
    st.markdown(T(f"advice.{choice.cell}.doubt"))
with numbers:
    matrix_choice.recipe_table(advice, choice)
matrix_evidence.show(choice, advice)

advice_measured.show(choice)
advice_score.show(choice)
grid_points.show(choice)

with st.expander(T("matrix.sources")):
    st.markdown(lesson("matrix.measured"))
    st.markdown(lesson("matrix.sources"))
