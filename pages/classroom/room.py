"""The room: where students find this page, how busy it is, and what whoever sits here may do."""

import streamlit as st

from pages.ui import hold_controls, host, room, room_controls
from pages.ui.frame import T, end

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
