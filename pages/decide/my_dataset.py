"""A data set before training: its pictures, what the network sees, how near it is, what to do."""

import streamlit as st

from pages.ui import (
    dataset_choice,
    dataset_plan,
    own_training,
    similarity_compared,
    similarity_view,
    survey_view,
)
from pages.ui.frame import T, end, lesson

st.title(T("my_dataset.title"))
st.markdown(lesson("my_dataset.lead"))

choice = dataset_choice.choose(own_training.before, own_training.show)
if choice is None:
    end()

st.header(T("my_dataset.inside"), anchor=False)
survey_view.show(choice)

with st.expander(T("my_dataset.about"), icon=":material/menu_book:"):
    st.markdown(lesson("my_dataset.similarity"))
result = similarity_view.show(choice)
if result is not None:
    dataset_plan.show(choice, result)
similarity_compared.show(choice)
