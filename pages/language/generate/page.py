"""Generating: every task as text in, text out; examples in a prompt; which use needs what."""

import streamlit as st

from pages.language.generate import (
    code as generate_code,
)
from pages.language.generate import (
    needs as generate_needs,
)
from pages.language.generate import (
    prompts as generate_prompts,
)
from pages.language.generate import (
    tasks as generate_tasks,
)
from pages.ui.frame.speech import T, lesson

PAGE = "generate"

st.title(T("generate.title"))
st.markdown(lesson(f"{PAGE}.lead"))

st.header(T("generate.tasks"), anchor=False)
st.markdown(lesson(f"{PAGE}.tasks"))
generate_tasks.show_all()

st.header(T("generate.prompting"), anchor=False)
st.markdown(lesson(f"{PAGE}.prompting"))
generate_prompts.show_all()

st.header(T("generate.needs"), anchor=False)
st.markdown(lesson(f"{PAGE}.needs"))
generate_needs.show_all()

generate_code.show()
st.header(T("why.next"), anchor=False)
st.markdown(lesson(f"{PAGE}.sources"))
