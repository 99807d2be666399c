"""Association rules: who buys this also buys that, and how much more often than by chance."""

from __future__ import annotations

import time

import pandas as pd
import streamlit as st

from pages.ui.frame.speech import T
from tlcore.experiments.kinds import baskets

PAGE = "kinds_of_learning"


def show() -> None:
    left, right = st.columns(2)
    support = left.slider(
        T("kinds.rules.support"), 0, 50, 10, 5, key=f"{PAGE}.support", format="%d%%"
    )
    confidence = right.slider(
        T("kinds.rules.confidence"), 0, 100, 60, 5, key=f"{PAGE}.confidence", format="%d%%"
    )
    began = time.perf_counter()
    receipts = baskets.receipts()
    found = baskets.rules(receipts, support / 100, confidence / 100)
    ms = f"{1000 * (time.perf_counter() - began):.1f}"
    st.markdown(T("kinds.rules.told", n=len(receipts), found=len(found), ms=ms))
    if not found:
        return
    trap = min(found, key=lambda rule: abs(rule.lift - 1))
    percent = st.column_config.NumberColumn(format="%.0f%%")
    shares = (T("kinds.rules.share.support"), T("kinds.rules.share.confidence"))
    st.dataframe(
        pd.DataFrame(
            {
                T("kinds.rules.first"): [T(f"kinds.item.{rule.first}") for rule in found],
                T("kinds.rules.second"): [T(f"kinds.item.{rule.second}") for rule in found],
                shares[0]: [100 * rule.support for rule in found],
                shares[1]: [100 * rule.confidence for rule in found],
                T("kinds.rules.lift"): [rule.lift for rule in found],
            }
        ),
        hide_index=True,
        key=f"{PAGE}.rules.table",
        column_config=dict.fromkeys(shares, percent)
        | {T("kinds.rules.lift"): st.column_config.NumberColumn(format="%.2f")},
    )
    values = {"first": T(f"kinds.item.{trap.first}"), "second": T(f"kinds.item.{trap.second}")}
    values |= {"confidence": f"{trap.confidence:.0%}", "lift": f"{trap.lift:.2f}"}
    if abs(trap.lift - 1) < 0.1 and trap.confidence >= 0.5:
        st.markdown(T("kinds.rules.trap", **values))
    st.caption(T("kinds.rules.invented"))
