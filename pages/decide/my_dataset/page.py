"""A data set before training: its pictures, what the network sees, how near it is, what to do."""

import streamlit as st

from pages.decide.my_dataset import (
    chooser as dataset_choice,
)
from pages.decide.my_dataset import (
    compared as similarity_compared,
)
from pages.decide.my_dataset import (
    plan as dataset_plan,
)
from pages.decide.my_dataset import (
    similarity as similarity_view,
)
from pages.decide.my_dataset import (
    survey as survey_view,
)
from pages.decide.my_dataset import (
    training as own_training,
)
from pages.ui.frame.speech import T, end, lesson

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
