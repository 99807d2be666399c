"""Who says what is right: a person, nobody, the world, the data.  One small experiment each."""

import streamlit as st

from pages.ui.frame.navigation import page_file
from pages.ui.frame.speech import T, lesson, section
from pages.understand.kinds_of_learning import (
    by_hand,
    grouped,
    levers,
    self_supervised,
    supervised,
    walks,
)
from pages.understand.kinds_of_learning import (
    small as small_examples,
)

st.title(T("kinds.title"))
st.markdown(lesson("kinds_of_learning.lead"))

section(T("kinds.supervised"), lesson("kinds_of_learning.supervised"))
supervised.show()

section(T("kinds.unsupervised"), lesson("kinds_of_learning.unsupervised"))
grouped.show()

section(T("kinds.reinforcement"), lesson("kinds_of_learning.reinforcement"))
walks.show()
st.subheader(T("kinds.levers"), anchor=False)
levers.show()

section(T("kinds.price"), lesson("kinds_of_learning.price"))
by_hand.show()

section(T("kinds.self_supervised"), lesson("kinds_of_learning.self_supervised"))
self_supervised.show()

section(T("kinds.small_examples"), lesson("kinds_of_learning.small_examples"))
small_examples.show()

section(T("why.next"), lesson("kinds_of_learning.sources"))
st.page_link(page_file("why_transfer"), label=T("kinds.to_why"), icon=T("icon.why_transfer"))
