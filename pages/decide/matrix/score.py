"""What the measured advice is worth, beside the textbook's; and all of its rules."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from pages.decide.matrix import measured as advice_measured
from pages.decide.matrix.chooser import Choice
from pages.ui.frame.speech import T, lesson
from tlcore.experiments.matrix.grid import counsel, regret, rules
from tlcore.experiments.matrix.grid.regret import Interval, Score


def show(choice: Choice) -> None:
    """Nothing where nothing was measured."""
    found = counsel.known(choice.backbone)
    if not found:
        return
    scores = counsel.scores(choice.backbone)
    told = {score.policy: score for score in scores}
    theirs = told[regret.TEXTBOOK]
    lines = [T("advice.score", textbook=_points(theirs.regret), cell=f"{theirs.share:.0%}")]
    for name in regret.ADVICE:
        ours = told[name]
        points = {"points": _points(ours.regret), "share": f"{ours.share:.0%}"}
        lines.append(f"{T(f'advice.score.{name}', **points)} {_compared(theirs.behind[name])}")
    st.markdown("\n- ".join(lines))
    st.dataframe(
        pd.DataFrame([_line(score) for score in scores]), hide_index=True, key="matrix.scores"
    )
    seeds = min(len(s.seeds) for s in found)
    sets = len({s.data for s in found})
    st.caption(T("advice.score.conditions", n=len(found), sets=sets, seeds=seeds))
    with st.expander(T("advice.rules")):
        st.markdown(lesson("matrix.advice"))
        st.dataframe(pd.DataFrame(_rules(choice.backbone)), hide_index=True, key="matrix.rules")


def _compared(behind: Interval) -> str:
    """Whether the textbook is behind these rules, ahead, or not told apart."""
    word = "ahead" if behind.low > 0 else "behind" if behind.high < 0 else "tie"
    return T(f"advice.score.{word}")


def _line(score: Score) -> dict[str, Any]:
    behind = {
        T(f"advice.behind.{name}"): _points(score.behind[name]) if name in score.behind else "–"
        for name in regret.ADVICE
    }
    return {
        T("advice.policy"): T(f"advice.policy.{score.policy}"),
        T("advice.regret"): _points(score.regret),
        **behind,
        T("advice.share"): f"{score.share:.0%}",
        T("advice.times"): f"{score.times:.2f}",
    }


def _rules(backbone: str) -> list[dict[str, Any]]:
    return [
        {
            T("advice.time"): T(f"advice.time.{name}"),
            T("advice.when"): advice_measured.bounded(rule) or T("advice.always"),
            T("matrix.strategy"): advice_measured.title(rule, backbone),
            T("grid.rate"): T(f"grid.rate.{rule.action.rate}"),
            T("advice.loss"): f"{100 * rule.loss:.1f}",
            T("advice.share"): f"{rule.share:.0%}",
        }
        for name in rules.BUDGETS
        for rule in counsel.learned(backbone, name)
    ]


def _points(told: Interval) -> str:
    mean, low, high = told.points(1)
    return f"{mean:.1f} ({low:.1f} … {high:.1f})"
