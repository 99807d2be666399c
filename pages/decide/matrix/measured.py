"""The measured advice for the chosen place of the matrix: what, at which rate, and why."""

from __future__ import annotations

import streamlit as st

from pages.decide.matrix import chooser as matrix_choice
from pages.decide.matrix.chooser import Choice
from pages.ui.frame.speech import T, language
from tlcore import catalog
from tlcore.experiments.matrix import advisor
from tlcore.experiments.matrix.grid import counsel, points, rules
from tlcore.experiments.matrix.grid.rules import Rule
from tlcore.experiments.matrix.grid.situations import ACTIONS
from tlcore.training import strategies

MIDDLE = {"similar": 0.75, "different": 0.25}  # of a column, where nothing was measured or placed


def show(choice: Choice) -> None:
    """An answer with its reasons and the way to try it; a sentence where nothing was measured."""
    st.subheader(T("advice.title"), anchor=False)
    if not counsel.known(choice.backbone):
        st.markdown(T("advice.unmeasured", backbone=T(f"backbone.{choice.backbone}")))
        return
    time = st.segmented_control(
        T("advice.time"),
        list(rules.BUDGETS),
        default="half",
        key="matrix.time",
        format_func=lambda name: T(f"advice.time.{name}"),
        required=True,
    )
    near, whence = similarity(choice)
    each = choice.size / classes(choice)
    rule = rules.choose(counsel.learned(choice.backbone, time), each, near)
    _answer(rule, choice)
    told = {"similarity": f"{near:.2f}", "whence": T(f"advice.whence.{whence}")}
    st.caption(T("advice.placed", each=f"{each:.0f}", **told))


def _answer(rule: Rule, choice: Choice) -> None:
    plan = counsel.plan(rule, choice.backbone)
    usual = advisor.advise(choice.cell, choice.size, choice.backbone)
    advice = points.turned(usual, plan, rule.action.rate)
    only_head = plan.freeze == plan.read
    st.markdown(
        T(
            "advice.answer",
            strategy=title(rule, choice.backbone),
            rate=T(f"grid.rate.{rule.action.rate}"),
            what=T("field.head_lr" if only_head else "field.lr"),
            value=f"{advice.head_lr if only_head else advice.lr:.2g}",
        )
    )
    st.markdown(reason(rule))
    matrix_choice.carry_button("advice", advice, plan, choice)


def reason(rule: Rule) -> str:
    """In words: when it holds, what this way loses, what others would, and what it takes."""
    bounds = bounded(rule)
    return T(
        "advice.reason.bound" if bounds else "advice.reason.any",
        bounds=bounds,
        n=rule.situations,
        sets=", ".join(T(f"data.{data}") for data in rule.sets),
        ways=len(ACTIONS),
        loss=f"{100 * rule.loss:.1f}",
        head=f"{100 * rule.head_loss:.1f}",
        full=f"{100 * rule.full_loss:.1f}",
        share=f"{rule.share:.0%}",
    )


def bounded(rule: Rule) -> str:
    """Its bounds as words; nothing where it holds everywhere."""
    return T("advice.and").join(
        T(
            f"advice.bound.{bound.feature}.{'below' if bound.below else 'from'}",
            value=f"{bound.value:.0f}" if bound.feature == "per_class" else f"{bound.value:.2f}",
        )
        for bound in rule.bounds
    )


def title(rule: Rule, backbone: str) -> str:
    blocks = len(catalog.backbone(backbone).blocks)
    return strategies.title(counsel.strategy(rule, backbone), blocks, language())


def similarity(choice: Choice) -> tuple[float, str]:
    """0 unlike .. 1 alike, and where that comes from: the reader, a measurement, the column."""
    if choice.own:
        return 1 - choice.own[0], "own"
    data = choice.stands_for.data
    measured = counsel.similarity(choice.backbone, data) if data else None
    if measured is not None:
        return measured, "measured"
    return MIDDLE[choice.cell.split("_")[0]], "column"


def classes(choice: Choice) -> int:
    data = matrix_choice.at_hand(choice)
    return len(catalog.dataset(data).classes) if data else matrix_choice.CLASSES
