"""What one accuracy hides: how much of each class was found."""

from __future__ import annotations

from dataclasses import astuple

import pandas as pd
import streamlit as st

from pages.ui.frame.speech import T
from tlcore.training import class_scores


def told(confusion: class_scores.Confusion) -> str:
    """A sentence where the classes are unequal, else nothing."""
    if not class_scores.unequal(confusion):
        return ""
    balanced, f1 = class_scores.balanced(confusion), class_scores.macro_f1(confusion)
    return T("result.unequal", balanced=f"{balanced:.1%}", f1=f"{f1:.1%}")


def table(confusion: class_scores.Confusion, names: list[str]) -> None:
    """How many, found, right where it was named, F1; shares in percent."""
    rows = [astuple(score) for score in class_scores.each(confusion)]
    columns = [T(f"result.by_class.{name}") for name in ("asked", "found", "right", "f1")]
    shown = pd.DataFrame(rows, index=names, columns=columns)
    share = st.column_config.NumberColumn(format="percent")
    st.dataframe(shown, column_config=dict.fromkeys(columns[1:], share))
