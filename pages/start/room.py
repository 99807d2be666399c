"""The room: where students find this page, how busy it is, and what whoever sits here may do."""

import streamlit as st

from pages.ui import room
from pages.ui.frame import T

st.title(T("room.title"))
st.markdown(T("room.about"))
room.poster()
