"""A link for the class: settings, hidden controls and a question in one address."""

import streamlit as st

from pages.classroom.lesson_links import form as lesson_form
from pages.ui.frame.speech import T

st.title(T("lesson_links.title"))
st.markdown(T("lesson_links.lead"))
lesson_form.show()
