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
from pages.ui.frame.speech import T, lesson, section

PAGE = "generate"

st.title(T("generate.title"))
st.markdown(lesson(f"{PAGE}.lead"))

section(T("generate.tasks"), lesson(f"{PAGE}.tasks"))
generate_tasks.show_all()

section(T("generate.prompting"), lesson(f"{PAGE}.prompting"))
generate_prompts.show_all()

section(T("generate.needs"), lesson(f"{PAGE}.needs"))
generate_needs.show_all()

generate_code.show()
section(T("why.next"), lesson(f"{PAGE}.sources"))
