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
from pages.ui.frame.speech import T, lesson, section

st.title(T("rates.title"))
st.markdown(lesson("learning_rate.lead"))

section(T("rates.strips"), lesson("learning_rate.strips"))
strips = rate_strips.show()

section(T("rates.source"), lesson("learning_rate.forgetting"))
forgetting_view.show(strips)

section(T("rates.finder"), lesson("learning_rate.finder"))
finder_view.show(strips)

section(T("rates.ladder"), lesson("learning_rate.ladder"))
rates_drawn.show()

section(T("rates.effects"), lesson("learning_rate.regularisers"))
effects_view.show()

st.header(T("rates.next"), anchor=False)
st.page_link(page_file("fine_tune"), label=T("rates.to_lab"), icon=T("icon.fine_tune"))
