"""Published claims, run again: twelve at a glance, then one at a time with a seed to run."""

import streamlit as st

from pages.ui.frame.speech import T, lesson, section
from pages.understand.claims import (
    chooser as claims_choice,
)
from pages.understand.claims import (
    claim as claims_view,
)
from pages.understand.claims import (
    table as claims_table,
)
from tlcore.experiments.claims import record

PAGE = "claims"

st.title(T("claims.title"))
st.markdown(lesson(f"{PAGE}.lead"))
now = claims_choice.kept()
every = record.every()

st.header(T("claims.overview"), anchor=False)
claims_table.show(every, now["claim"])

st.header(T("claims.one"), anchor=False)
chosen = claims_choice.choose(now)
claims_view.show(every[chosen.id], now["seed"])

section(T("why.next"), lesson(f"{PAGE}.sources"))
