"""Which backbones there are: what each can do, what it costs, how fast it is on this machine."""

import streamlit as st

from pages.decide.backbones import card as backbone_card
from pages.decide.backbones import texts as text_models
from pages.ui.charts import backbone_rows
from pages.ui.frame.speech import T, lesson

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
