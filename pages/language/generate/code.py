"""The functions that ran, and the same few lines by hand in a notebook."""

from __future__ import annotations

import streamlit as st

from pages.ui.frame.speech import T
from tlcore.ground import source

RAN = (
    ("tlcore.experiments.generate.run.to_text", "loss"),
    ("tlcore.experiments.generate.run.to_text", "train"),
    ("tlcore.networks.language.writing", "write"),
    ("tlcore.networks.language.prompts", "draw"),
)
BY_HAND = """\
import torch

from tlcore.data.texts import mixture
from tlcore.experiments.generate.run import to_text
from tlcore.networks.language import small
from tlcore.networks.language.pieces import text_of

model, _ = small.trained("causal")
known = to_text.known(mixture.training()[:300])  # texts with their prefix, and what is wanted
for step, loss in to_text.train(model, known, steps=2, seed=0):
    print(step, round(loss, 2))

# Greedy writing with transformers itself: the same pieces.
asked = to_text.shown("sentiment", ["The soup was cold."])
with torch.no_grad():
    written = model.whole.generate(
        asked, attention_mask=torch.ones_like(asked), do_sample=False,
        max_new_tokens=6, eos_token_id=3, pad_token_id=0,
    )
said = text_of([piece for piece in written[0, asked.shape[1]:].tolist() if piece != 3])
ours = to_text.answer(model, "sentiment", ["The soup was cold."])
"""


def show() -> None:
    with st.expander(T("words.code"), icon=":material/code:"):
        st.caption(T("words.code.ran"))
        for module, name in RAN:
            st.code(source.function(module, name), language="python")
        st.caption(T("words.code.by_hand"))
        st.code(BY_HAND, language="python")
