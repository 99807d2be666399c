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
from pages.ui.frame.speech import T, lesson, section, show
from tlcore.catalog import packaged

st.title(T("tune.title"))
st.markdown(lesson("fine_tune_text.lead"))

section(T("tune.layers.title"), lesson("fine_tune_text.layers"))
if packaged.present(text_draft.BACKBONE):
    text_layers.show()
else:
    show(packaged.absent(text_draft.BACKBONE))
    st.caption(T("tune.absent"))

section(T("tune.recipe.title"), lesson("fine_tune_text.recipe"))
spec = text_choice.choose()
text_blocks.show(spec)
with st.expander(T("tune.full.about"), icon=":material/menu_book:"):
    st.markdown(lesson("fine_tune_text.full"))
text_run.show(spec)

section(T("spread.title"), lesson("fine_tune_text.spread"))
text_spread.show()

section(T("tune.added.title"), lesson("fine_tune_text.added"))
text_cost.show()
st.subheader(T("tune.runs.title"), anchor=False)
text_runs.show(spec.data)

section(T("heads.title"), lesson("fine_tune_text.heads"))
text_heads.show()

section(T("tune.limits.title"), lesson("fine_tune_text.limits"))
section(T("tune.sources.title"), lesson("fine_tune_text.sources"))
