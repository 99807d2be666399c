"""Pre-training and fine-tuning: a race, how soon, what it costs, and a pre-training to watch."""

import streamlit as st

from pages.ui.frame.navigation import page_file
from pages.ui.frame.speech import T, lesson, section
from pages.ui.lesson import lesson_link
from pages.understand.why_transfer import (
    cost as cost_card,
)
from pages.understand.why_transfer import (
    growing as grown_view,
)
from pages.understand.why_transfer import (
    race,
)
from pages.understand.why_transfer import (
    steps as steps_view,
)

lesson_link.question()
st.title(T("why.title"))
st.markdown(lesson("why_transfer.lead"))

first, second = st.columns(2)
with first.container(border=True, height="stretch"):
    st.markdown(lesson("why_transfer.pre_training"))
with second.container(border=True, height="stretch"):
    st.markdown(lesson("why_transfer.fine_tuning"))

section(T("why.story"), lesson("why_transfer.story"))

section(T("why.race"), lesson("why_transfer.race"))
race.resume()
size, epochs, seed = race.settings()
done = race.draw(size, epochs, seed)
guessed = race.guessed(size, epochs)  # nothing answers before
if guessed:
    race.measured()
    st.markdown(lesson("why_transfer.overfitting"))

st.header(T("why.steps"), anchor=False)
if guessed:
    st.markdown(lesson("why_transfer.steps"))
if done:
    steps_view.show(race.RACE, done, quick="fine_tune", slow="scratch")
else:
    st.caption(T("why.steps.wait"))
if guessed:
    steps_view.measured("steps", list(race.RACE.looks), size)

section(T("why.cost"), lesson("why_transfer.cost"))
mine = {T(f"why.{name}"): run for name, run in done.items()}
grown = grown_view.finished()
cost_card.show([*mine.items(), *([(T("why.cost.pretraining"), grown)] if grown else [])])

section(T("why.live"), lesson("why_transfer.live"))
grown_view.draw()

st.header(T("why.next"), anchor=False)
if guessed:
    st.markdown(lesson("why_transfer.sources"))
else:
    st.caption(T("why.after_guess"))
st.page_link(page_file("matrix"), label=T("why.to_matrix"), icon=T("icon.matrix"))
