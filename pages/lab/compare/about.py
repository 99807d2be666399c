"""What each strategy does: which blocks learn, at which rate, and who proposed it."""

from __future__ import annotations

import streamlit as st

from pages.ui.frame.speech import T, language
from tlcore import catalog
from tlcore.experiments.compare.spec import CompareSpec
from tlcore.ground import variants
from tlcore.training import strategies


def show(spec: CompareSpec) -> None:
    """One line each, behind a click: the names alone say most of it."""
    blocks = len(catalog.backbone(spec.backbone).blocks)
    with st.expander(T("compare.strategies"), icon=":material/menu_book:"):
        lines = []
        for name in spec.strategies:
            known = strategies.find(name, blocks)
            source = known.source if known else ""
            title = strategies.title(name, blocks, language())
            about = strategies.about(name, blocks, language())
            lines.append(f"- **{title}**: {about} *({source})*")
        st.markdown("\n".join(lines))
        rates = {
            "lr": spec.lr,
            "scratch": strategies.BOLD,
            "added": variants.ADDED,
            "biases": variants.OF_BIASES,
        }
        st.caption(T("compare.rates", **{name: f"{rate:g}" for name, rate in rates.items()}))
