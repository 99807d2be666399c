"""The learning rate: how sensitive a head and a whole network are to it, and how to choose it."""

import streamlit as st

from pages.lab.learning_rate import (
    drawn as rates_drawn,
)
from pages.lab.learning_rate import (
    effects as effects_view,
)
from pages.lab.learning_rate import (
    finder as finder_view,
)
from pages.lab.learning_rate import (
    forgetting as forgetting_view,
)
from pages.lab.learning_rate import (
    sensitivity as rate_strips,
)
from pages.ui.frame.navigation import page_file
from pages.ui.frame.speech import T, lesson

st.title(T("rates.title"))
st.markdown(lesson("learning_rate.lead"))

st.header(T("rates.strips"), anchor=False)
st.markdown(lesson("learning_rate.strips"))
strips = rate_strips.show()

st.header(T("rates.source"), anchor=False)
st.markdown(lesson("learning_rate.forgetting"))
forgetting_view.show(strips)

st.header(T("rates.finder"), anchor=False)
st.markdown(lesson("learning_rate.finder"))
finder_view.show(strips)

st.header(T("rates.ladder"), anchor=False)
st.markdown(lesson("learning_rate.ladder"))
rates_drawn.show()

st.header(T("rates.effects"), anchor=False)
st.markdown(lesson("learning_rate.regularisers"))
effects_view.show()

st.header(T("rates.next"), anchor=False)
st.page_link(page_file("fine_tune"), label=T("rates.to_lab"), icon=T("icon.fine_tune"))
