"""The repaired run beside the broken one, on the same axes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from pages.lab.break_it import figure as break_figure
from pages.lab.break_it import proof as break_proof
from pages.lab.break_it.cases import PAGE, Case
from pages.lab.break_it.symptom import progress
from pages.ui.frame.speech import T
from pages.ui.runs import experiment
from tlcore.experiments.break_it import mishaps
from tlcore.experiments.break_it import record as break_record
from tlcore.experiments.break_it.mishaps import Fault

# What the fault spoils: drawn of both runs.
FIELDS: Mapping[Fault, tuple[str, ...]] = {
    "normalisation": ("train_loss", "new"),
    "drift": ("val_loss", "source"),
    "leak": ("val_loss", "val_accuracy", "new"),
}
USUAL = ("train_loss", "val_accuracy")
OVER = ("val_loss", "val_accuracy")  # where the training pictures are known by heart
COMMAND = "python -m tlcore break_it"


def show(case: Case, broken: dict[str, Any]) -> None:
    key = f"{PAGE}.{case.number}.repair"
    run = experiment.answer(case.spec(repaired=True), key, T("break.repair.start"), progress)
    if run is None:
        return
    repaired = dict(run.result or {})
    st.markdown(said(case.fault, broken, repaired))
    if case.fault == "rate":
        st.markdown(T("break.cured.rate", **break_proof.first_step(repaired["proof"])))
    if count := break_record.known(case.fault):
        values = {"cured": count.cured, "seeds": count.seeds, "command": COMMAND}
        st.caption(T("break.cured.counted", **values))
    usual = OVER if case.fault in ("labels", "too_little") else USUAL
    lines = break_figure.pair(broken, repaired, FIELDS.get(case.fault, usual))
    break_figure.draw(lines, key, "break.alt.pair", _table(broken, repaired))


def _table(broken: dict[str, Any], repaired: dict[str, Any]) -> pd.DataFrame:
    names = ("trained", "again", "val", "new")
    columns: dict[str, list[Any]] = {T("break.asked"): [T(f"break.{n}") for n in names]}
    for which, result in {"broken": broken, "repaired": repaired}.items():
        head = T(f"break.line.{which}", line=T("break.accuracy"))
        columns[head] = [f"{result['end'][n]:.0%}" for n in names]
    return pd.DataFrame(columns)


def said(fault: Fault, broken: dict[str, Any], repaired: dict[str, Any]) -> str:
    """What the repair changed, and whether that is the symptom."""
    if fault == "leak":
        shares = {
            f"{name}_{when}": f"{result['end'][name]:.0%}"
            for when, result in (("before", broken), ("after", repaired))
            for name in ("val", "new")
        }
        what = T("break.cured.gap", **shares)
    elif fault == "drift":
        old = [f"{result['source'][-1]:.0%}" for result in (broken, repaired)]
        what = T("break.cured.old", before=old[0], after=old[1])
    else:
        new = [f"{result['end']['new']:.0%}" for result in (broken, repaired)]
        what = T("break.cured.new", before=new[0], after=new[1])
    which = "cured" if mishaps.cured(fault, broken, repaired) else "not_cured"
    return T(f"break.{which}", what=what)
