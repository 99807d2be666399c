"""What each strategy does: which blocks learn, at which rate, and who proposed it."""

from __future__ import annotations

import streamlit as st

from pages.ui.frame.speech import T, language
from tlcore import catalog
from tlcore.experiments.compare.spec import CompareSpec
from tlcore.training import strategies


def show(spec: CompareSpec) -> None:
    """One line each, behind a click: the names alone say most of it."""
    blocks = len(catalog.backbone(spec.backbone).blocks)
    with st.expander(T("compare.strategies"), icon=":material/menu_book:"):
        titles = {name: strategies.title(name, blocks, language()) for name in spec.strategies}
        lines = []
        for name, title in titles.items():
            known = strategies.find(name, blocks)
            source = known.source if known else ""
            about = strategies.about(name, blocks, language())
            lines.append(f"- **{title}**: {about} *({source})*")
        st.markdown("\n".join(lines))
        told = [
            T("compare.rates.each", lr=f"{lr:g}", names=", ".join(titles[name] for name in names))
            for lr, names in strategies.peak_rates(spec.strategies, blocks, spec.lr).items()
        ]
        if told:
            st.caption(T("compare.rates", told="; ".join(told)))
