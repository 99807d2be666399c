"""A few questions about each lesson; every answer says why it is right or wrong."""

import streamlit as st

from pages.classroom.quiz import questions
from pages.ui.frame.speech import T

st.title(T("quiz.title"))
st.markdown(T("quiz.lead"))
questions.show(questions.lesson())
