"""A picture, and at once what a network that nobody here has trained finds in it."""

import re

import streamlit as st

from pages.ui.forms.try_picture import try_picture
from pages.ui.frame.navigation import page_file
from pages.ui.frame.speech import T, section, words
from pages.ui.frame.speech import show as show_error
from pages.ui.runs import explain, live_run, runs
from pages.understand.what_it_sees import answer, known
from tlcore.catalog import packaged
from tlcore.experiments.sees.spec import SeesSpec
from tlcore.ground.errors import UserError

PAGE = "what_it_sees"

st.title(T("sees.title"))
st.markdown(T("sees.lead"))

networks = [name for name in packaged.ANSWERING if packaged.present(name)]
if not networks:
    show_error(packaged.absent(packaged.ANSWERING[0]))
else:

    def came(content: bytes) -> None:
        if name := explain.brought(content, PAGE):
            st.session_state[f"{PAGE}.upload"] = name
            st.session_state.pop(f"{PAGE}.target", None)

    with st.container(horizontal=True, vertical_alignment="bottom"):
        try_picture(
            words=words("own", "error.own", "error.picture"), key=f"{PAGE}.picture", on_picture=came
        )
        network = networks[0]
        if len(networks) > 1:
            network = st.segmented_control(
                T("field.backbone"),
                networks,
                default=networks[0],
                required=True,
                format_func=lambda name: re.split(r" ?[,(]", T(f"backbone.{name}"))[0],
                key=f"{PAGE}.network",
            )
    live_run.pending_error(PAGE)
    upload = st.session_state.get(f"{PAGE}.upload")
    if upload is None:
        st.caption(T("sees.before"))
    else:
        try:
            target = st.session_state.get(f"{PAGE}.target")
            run = explain.asked(SeesSpec(backbone=network, upload=upload, target=target))
        except UserError as error:
            show_error(error)
        else:
            if problem := runs.failure(run):
                show_error(problem)
            else:
                answer.show(run)
            if run.active:
                explain.wait(run)

section(T("sees.known"), T("sees.known.about"))
known.search()

section(T("sees.next"), T("sees.next.about"))
with st.container(horizontal=True):
    for name in ("what_layers_know", "my_dataset"):
        st.page_link(page_file(name), label=T(f"page.{name}"), icon=T(f"icon.{name}"))
