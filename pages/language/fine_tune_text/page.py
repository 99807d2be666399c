"""Fine-tuning a text encoder: which layer to read, what learns, its cost, its mistakes."""

import streamlit as st

from pages.language.fine_tune_text import (
    chooser as text_choice,
)
from pages.language.fine_tune_text import (
    cost as text_cost,
)
from pages.language.fine_tune_text import (
    heads as text_heads,
)
from pages.language.fine_tune_text import (
    layers as text_layers,
)
from pages.language.fine_tune_text import (
    run as text_run,
)
from pages.language.fine_tune_text import (
    spread as text_spread,
)
from pages.language.fine_tune_text import (
    tried as text_runs,
)
from pages.ui.blocks import text_blocks
from pages.ui.forms import text_draft
from pages.ui.frame.speech import T, lesson, show
from tlcore.catalog import packaged

st.title(T("tune.title"))
st.markdown(lesson("fine_tune_text.lead"))

st.header(T("tune.layers.title"), anchor=False)
st.markdown(lesson("fine_tune_text.layers"))
if packaged.present(text_draft.BACKBONE):
    text_layers.show()
else:
    show(packaged.absent(text_draft.BACKBONE))
    st.caption(T("tune.absent"))

st.header(T("tune.recipe.title"), anchor=False)
st.markdown(lesson("fine_tune_text.recipe"))
spec = text_choice.choose()
text_blocks.show(spec)
with st.expander(T("tune.full.about"), icon=":material/menu_book:"):
    st.markdown(lesson("fine_tune_text.full"))
text_run.show(spec)

st.header(T("spread.title"), anchor=False)
st.markdown(lesson("fine_tune_text.spread"))
text_spread.show()

st.header(T("tune.added.title"), anchor=False)
st.markdown(lesson("fine_tune_text.added"))
text_cost.show()
st.subheader(T("tune.runs.title"), anchor=False)
text_runs.show(spec.data)

st.header(T("heads.title"), anchor=False)
st.markdown(lesson("fine_tune_text.heads"))
text_heads.show()

st.header(T("tune.limits.title"), anchor=False)
st.markdown(lesson("fine_tune_text.limits"))
st.header(T("tune.sources.title"), anchor=False)
st.markdown(lesson("fine_tune_text.sources"))
