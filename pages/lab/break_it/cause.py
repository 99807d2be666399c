"""The cause: what the reader said, what it is, and why it is none of the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.lab.break_it.cases import Case
from pages.ui.frame.speech import T
from pages.ui.lesson import predict
from tlcore.experiments.break_it.mishaps import Fault

# The answers that a case offers, in this order; texts: predict.break_<fault>.option.<place>.
OPTIONS: Mapping[Fault, tuple[Fault, ...]] = {
    "labels": ("too_little", "labels", "rate", "source"),
    "lost_head": ("labels", "rate", "lost_head", "source"),
    "leak": ("too_little", "normalisation", "source", "leak"),
    "rate": ("rate", "lost_head", "labels", "too_little"),
    "source": ("too_little", "lost_head", "source", "leak"),
    "normalisation": ("leak", "normalisation", "too_little", "source"),
    "too_little": ("labels", "leak", "lost_head", "too_little"),
    "drift": ("source", "rate", "drift", "labels"),
}


def show(case: Case, result: dict[str, Any]) -> None:
    """The answer, the room's answers, then each wrong one with what it would have shown."""
    right = OPTIONS[case.fault].index(case.fault)
    predict.told(case.question, right, runs_behind=2)
    st.markdown(T(f"break.why.{case.fault}"))
    with st.expander(T("break.reason.title"), expanded=True):
        others = [fault for fault in OPTIONS[case.fault] if fault != case.fault]
        texts = [
            T("break.reason.other", cause=T(f"break.cause.{o}"), sign=T(f"break.sign.{o}"))
            for o in others
        ]
        here = T(f"break.here.{case.fault}", **values(result))
        st.markdown("\n".join(f"- {text}" for text in texts))
        st.markdown(T("break.reason.here", here=here))


def values(result: dict[str, Any]) -> dict[str, str]:
    """What the sentences on a case are filled with: every number is this run's."""
    end, epochs, source = result["end"], result["epochs"], result["source"]
    losses = [e["train_loss"] for e in epochs if e["train_loss"] is not None]
    val = [e["val_loss"] for e in epochs if e["val_loss"] is not None]
    steps = [loss for loss in result["losses"] if loss is not None]
    told = {name: f"{end[name]:.0%}" for name in ("trained", "again", "val", "new")}
    told["chance"] = f"{result['chance']:.0%}"
    told |= {"first": f"{steps[0]:.1f}", "most": f"{max(steps):,.0f}"}
    told |= {"val_first": f"{val[0]:.2f}", "val_last": f"{val[-1]:.2f}"}
    told |= {"loss_first": f"{losses[0]:.2f}", "loss_last": f"{losses[-1]:.2f}"} if losses else {}
    if source:
        told |= {"old_before": f"{source[0]:.0%}", "old_after": f"{source[-1]:.0%}"}
    return told
