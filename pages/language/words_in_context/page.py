"""Words in context: one word's vectors by layer, and which of them knows what it means."""

import streamlit as st

from pages.language.words_in_context import (
    chooser as words_choice,
)
from pages.language.words_in_context import (
    code as words_code,
)
from pages.language.words_in_context import (
    senses as words_senses,
)
from pages.language.words_in_context import (
    word as words_view,
)
from pages.ui.frame.speech import T, end, lesson, section, show
from pages.ui.lesson import predict
from tlcore.catalog import packaged
from tlcore.experiments.words.presets import OPENING

PAGE = "words_in_context"

st.title(T("words.title"))
st.markdown(lesson(f"{PAGE}.lead"))
known = words_choice.models()
if OPENING.backbone not in known:
    show(packaged.absent(OPENING.backbone))
    if not known:
        end()
    st.caption(T("words.smaller", model=T(f"backbone.{known[0]}")))

section(T("words.yours"), lesson(f"{PAGE}.yours"))
if predict.ask("words_two"):
    asked = words_choice.choose()
    result = None if asked is None else words_view.measured(asked)
    if result is not None:
        words_view.show(result)
        # No runs behind it: nothing is drawn by lot, the next one says the same.
        predict.told("words_two", words_view.answer(result), runs_behind=0)

section(T("words.senses"), lesson(f"{PAGE}.senses"))
measured = words_senses.show(known[0])

section(T("words.korean"), lesson(f"{PAGE}.korean"))
if OPENING.backbone in known:  # what is said here is said of it
    if measured is None:
        st.caption(T("words.korean.first"))
    else:
        words_senses.korean(measured)
words_senses.korean_model()

words_code.show()
section(T("why.next"), lesson(f"{PAGE}.sources"))
