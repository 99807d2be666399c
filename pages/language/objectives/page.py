"""Training objectives: what a model is asked to predict, what it may see, what that is worth."""

import streamlit as st

from pages.language.objectives import (
    code as objective_code,
)
from pages.language.objectives import (
    fill as objective_fill,
)
from pages.language.objectives import (
    seen as objective_seen,
)
from pages.language.objectives import (
    steps as objective_steps,
)
from pages.language.objectives import (
    worth as objective_worth,
)
from pages.ui.frame.speech import T, lesson, section
from tlcore.catalog import objective_models
from tlcore.ground.errors import UserError

PAGE = "objectives"

st.title(T("objectives.title"))
st.markdown(lesson(f"{PAGE}.lead"))
if not objective_models.there():
    raise UserError("objectives.none")

section(T("objectives.fill"), lesson(f"{PAGE}.fill"))
result = objective_fill.show()

section(T("objectives.seen"), lesson(f"{PAGE}.seen"))
if result is None:
    st.caption(T("objectives.seen.first"))
else:
    objective_seen.show(result)

section(T("objectives.worth"), lesson(f"{PAGE}.worth"))
objective_worth.show()

section(T("objectives.steps"), lesson(f"{PAGE}.steps"))
objective_steps.show()

objective_code.show()
section(T("why.next"), lesson(f"{PAGE}.sources"))
