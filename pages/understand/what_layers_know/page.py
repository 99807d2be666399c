"""What layers know: a picture through every block, before and after, and which blocks to keep."""

import streamlit as st

from pages.ui.frame.navigation import page_file
from pages.ui.frame.speech import T, lesson, section
from pages.ui.lesson import predict
from pages.understand.what_layers_know import (
    before_after,
)
from pages.understand.what_layers_know import (
    depth as depth_curves,
)
from pages.understand.what_layers_know import (
    layers as layers_view,
)
from pages.understand.what_layers_know import (
    look as look_view,
)
from pages.understand.what_layers_know import (
    look_chooser as look_choice,
)
from pages.understand.what_layers_know import (
    recipe as recipe_picture,
)

PAGE = "what_layers_know"

st.title(T("layers.title"))
st.markdown(lesson(f"{PAGE}.lead"))

section(T("layers.blocks"), lesson(f"{PAGE}.blocks"))
asked = look_choice.choose()
shown = look_view.show(asked, f"{PAGE}.look")
if shown is not None:
    look_choice.pictures(*shown)
look_choice.bring()
with st.expander(T("layers.found"), icon=":material/visibility:"):
    st.markdown(lesson(f"{PAGE}.found"))

section(T("layers.before_after"), lesson(f"{PAGE}.before_after"))
run = before_after.choose()
if run is not None:
    change = look_choice.of_run(run)
    if change.data != asked.data:
        st.caption(T("before_after.other_data"))
    look_view.show(change, f"{PAGE}.change")

section(T("layers.map"), lesson(f"{PAGE}.map"))
found = None if run is None else layers_view.measured(run)
if found is not None:
    layers_view.a_map(*found)
elif run is None:
    st.info(T("layers.first"), icon=":material/arrow_upward:")

section(T("layers.changed"), lesson(f"{PAGE}.changed"))
if predict.ask("layers"):
    if run is not None and found is not None:
        layers_view.by_block(found[1])
        predict.told("layers", layers_view.answer(run, found[1]))
    elif run is None:
        st.info(T("layers.first.changed"), icon=":material/arrow_upward:")

section(T("layers.recipe"), lesson(f"{PAGE}.recipe"))
recipe_picture.show(asked.backbone)

if depth_curves.known():
    st.header(T("layers.depth_curves"), anchor=False)
    if predict.answered("depth_curves"):  # what was published answers it
        st.markdown(lesson(f"{PAGE}.depth_curves"))
    depth_curves.show()

section(T("why.next"), lesson(f"{PAGE}.sources"))
st.page_link(page_file("fine_tune"), label=T("layers.to_lab"), icon=T("icon.fine_tune"))
