"""The line that was wrong, and the one that is right, as one writes them with torch.

Tests run both and see the difference.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages.lab.break_it.cases import Case
from pages.ui.frame.speech import T
from tlcore.experiments.break_it.mishaps import Fault

CODE: Mapping[Fault, tuple[str, str]] = {
    "rate": (
        "optimizer = torch.optim.AdamW(model.parameters(), lr=1e-1)",
        "optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)",
    ),
    "normalisation": (
        "def use(pixels):\n    return model(pixels / 255)",
        "def use(pixels):\n    return model((pixels / 255 - mean) / std)",
    ),
    "drift": (
        "blocks.requires_grad_(False)\nmodel.train()",
        "blocks.requires_grad_(False)\nmodel.train()\nblocks.eval()",
    ),
    "lost_head": (
        "optimizer = torch.optim.AdamW(model.parameters())\nmodel.head = torch.nn.Linear(8, 10)",
        "model.head = torch.nn.Linear(8, 10)\noptimizer = torch.optim.AdamW(model.parameters())",
    ),
    "labels": (
        "random.shuffle(pictures)\nrandom.shuffle(labels)",
        "pairs = list(zip(pictures, labels))\nrandom.shuffle(pairs)\n"
        "pictures, labels = zip(*pairs)",
    ),
    "leak": (
        "train, val = split(copies(pictures))",
        "train, val = split(pictures)\ntrain, val = copies(train), copies(val)",
    ),
    "too_little": (
        'backbone = backbones.build("clothing", pretrained=False)\n'
        "backbone.blocks.requires_grad_(True)",
        'backbone = backbones.build("clothing")\nbackbone.blocks.requires_grad_(False)',
    ),
    "source": (
        'backbone = backbones.build("clothing")',
        'backbone = backbones.build("photo")',
    ),
}


def show(case: Case) -> None:
    wrong, right = CODE[case.fault]
    for column, icon, title, code in zip(
        st.columns(2),
        (":material/close:", ":material/check:"),
        (T("break.code.wrong"), T("break.code.right")),
        (wrong, right),
        strict=True,
    ):
        with column:
            st.markdown(f"{icon} **{title}**")
            st.code(code, language="python", wrap_lines=True)
