"""Who says what is right: a person, nobody, the world, the data.  One small experiment each."""

import streamlit as st

from pages.ui.frame.navigation import page_file
from pages.ui.frame.speech import T, lesson
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

st.header(T("kinds.supervised"), anchor=False)
st.markdown(lesson("kinds_of_learning.supervised"))
supervised.show()

st.header(T("kinds.unsupervised"), anchor=False)
st.markdown(lesson("kinds_of_learning.unsupervised"))
grouped.show()

st.header(T("kinds.reinforcement"), anchor=False)
st.markdown(lesson("kinds_of_learning.reinforcement"))
walks.show()
st.subheader(T("kinds.levers"), anchor=False)
levers.show()

st.header(T("kinds.price"), anchor=False)
st.markdown(lesson("kinds_of_learning.price"))
by_hand.show()

st.header(T("kinds.self_supervised"), anchor=False)
st.markdown(lesson("kinds_of_learning.self_supervised"))
self_supervised.show()

st.header(T("kinds.small_examples"), anchor=False)
st.markdown(lesson("kinds_of_learning.small_examples"))
small_examples.show()

st.header(T("why.next"), anchor=False)
st.markdown(lesson("kinds_of_learning.sources"))
st.page_link(page_file("why_transfer"), label=T("kinds.to_why"), icon=T("icon.why_transfer"))
