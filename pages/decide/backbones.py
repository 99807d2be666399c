"""Which backbones there are: what each can do, what it costs, how fast it is on this machine."""

import streamlit as st

from pages.ui import backbone_card, backbone_rows, text_models
from pages.ui.frame import T, lesson

st.title(T("backbones.title"))
st.markdown(lesson("backbones.lead"))

backbone_rows.picture()
backbone_rows.table()
st.caption(T("backbones.table.reading"))

st.header(T("backbones.one"), anchor=False)
row = backbone_rows.choose()
backbone_card.card(row)

st.header(T("hub.title"), anchor=False)
text_models.show_all()
