"""The words of the field, each with one sentence and the page where it is an experiment."""

import streamlit as st

from pages.classroom.glossary import terms as word_list
from pages.ui.frame.speech import T, language
from tlcore.words import glossary

st.title(T("glossary.title"))
st.markdown(T("glossary.lead"))

asked = word_list.asked()
if asked is not None:
    word_list.card(asked)

query = st.text_input(
    T("glossary.find"), key="glossary.find", placeholder=T("glossary.find.example"), max_chars=60
)
found = glossary.find(query, language())
if not found:
    st.markdown(T("glossary.nothing"))
word_list.show(found)
