"""The room: where students find this page, how busy it is, and what whoever sits here may do."""

import streamlit as st

from pages.classroom.room import controls as room_controls
from pages.classroom.room import hold as hold_controls
from pages.ui.frame.speech import T, end
from pages.ui.lesson import room
from pages.ui.server import host

here = host.at_the_server()

st.title(T("room.title"))
if room.notice() and here:
    room_controls.dismiss()
st.markdown(T("room.about"))
room.poster()

st.header(T("room.now"), anchor=False)
room.state()
room.cannot_open()
if not here:
    st.caption(T("room.elsewhere"))
    end()

st.header(T("room.host"), anchor=False)
st.caption(T("room.host.about"))
room_controls.stop_and_clear()
room_controls.limits()
hold_controls.predictions()
