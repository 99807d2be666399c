"""The price of labels: the reader labels ten pictures; what that takes, and what it is worth."""

from __future__ import annotations

from typing import Any, TypedDict

import pandas as pd
import streamlit as st

from pages.ui.frame.speech import T, words
from pages.ui.runs import experiment, naming, runs, told
from pages.understand.kinds_of_learning import worth as label_worth
from pages.understand.kinds_of_learning.labelling import labelling
from tlcore.experiments.kinds import labelling as label
from tlcore.experiments.kinds.presets import LABELS
from tlcore.experiments.kinds.spec import LabelsSpec

PAGE = "kinds_of_learning"
AT = told.parts("kinds.at")
PEOPLE = ("first", "second")
PAY = 10.0  # an hour's, until the reader says what it is here: no claim about anybody's wage
IMAGENET = 1_281_167  # training pictures of ILSVRC 2012
NEEDED = (1_000, 100_000, IMAGENET)


class Hand(TypedDict):
    """What one person said, and how long each label took."""

    labels: list[int]
    seconds: list[float]


def show() -> None:
    """Ten pictures; then somebody's labels, what they cost and what a head learns from them."""
    asked = experiment.answer(LABELS, f"{PAGE}.pictures", T("kinds.hand.start"), AT)
    if asked is None:
        return
    result = asked.result or {}
    names = [naming.class_name(LABELS.data, name) for name in result["classes"]]
    st.segmented_control(
        T("kinds.hand.who"),
        PEOPLE,
        key=f"{PAGE}.person",
        default=PEOPLE[0],
        required=True,
        format_func=lambda person: T(f"kinds.hand.{person}"),
    )
    person = st.session_state[f"{PAGE}.person"]
    if person not in _hands():
        round_ = st.session_state.setdefault(f"{PAGE}.round", 0)
        labelling(
            asked.id,
            result["hand_sprite"],
            names,
            words=words("labelling"),
            key=f"{PAGE}.labelling",
            stamp=f"{person} {round_}",
            on_done=lambda labels, seconds: _done(person, labels, seconds),
        )
    else:
        st.button(
            T("kinds.hand.again", who=T(f"kinds.hand.{person}")),
            key=f"{PAGE}.hand.again",
            on_click=_forget,
            args=(person,),
            icon=":material/replay:",
        )
        _worth(person, names, asked.id, result["hand_sprite"])
    _agreement()


def _hands() -> dict[str, Hand]:
    found: dict[str, Hand] = st.session_state.setdefault(f"{PAGE}.hands", {})
    return found


def _done(person: str, labels: list[int], seconds: list[float]) -> None:
    _hands()[person] = {"labels": labels, "seconds": seconds}


def _forget(person: str) -> None:
    _hands().pop(person, None)
    st.session_state[f"{PAGE}.round"] += 1


def _spec(hand: Hand) -> LabelsSpec:
    return LABELS.model_copy(update={"labels": tuple(hand["labels"])})


def _worth(person: str, names: list[str], pictures: str, sprite: dict[str, Any]) -> None:
    """Seconds and money at once; what a head learns when its run has ended."""
    hand = _hands()[person]
    pace = label.pace(hand["seconds"])
    st.markdown(T("kinds.hand.pace", n=len(hand["seconds"]), pace=f"{pace:.1f}"))
    _bill(pace)
    key = f"{PAGE}.worth.{person}"
    run = experiment.answer(_spec(hand), key, T("kinds.hand.learn"), AT)
    if run is not None:
        label_worth.show(run.result or {}, hand["labels"], names, (pictures, sprite))


def _bill(pace: float) -> None:
    """For more labels: hours and money, with one look at each picture or with two and a third
    where they differ."""
    pay = st.number_input(T("kinds.hand.pay"), 0.0, 1e6, PAY, 1.0, key=f"{PAGE}.pay", width=300)
    apart = _apart()
    careful = 2 + apart
    once = [round(label.hours(n, pace), 1) for n in NEEDED]
    twice = [round(label.hours(n, pace, careful), 1) for n in NEEDED]
    plain = st.column_config.NumberColumn(format="localized")
    st.dataframe(
        pd.DataFrame(
            {
                T("kinds.hand.labels"): NEEDED,
                T("kinds.hand.hours"): once,
                T("kinds.hand.money"): [round(hours * pay) for hours in once],
                T("kinds.hand.hours.careful"): twice,
                T("kinds.hand.money.careful"): [round(hours * pay) for hours in twice],
            }
        ),
        hide_index=True,
        key=f"{PAGE}.bill",
        column_config={
            T(f"kinds.hand.{column}"): plain
            for column in ("labels", "hours", "money", "hours.careful", "money.careful")
        },
    )
    both = len(_hands()) == len(PEOPLE)
    why = "kinds.hand.careful" if both else "kinds.hand.careful.alone"
    st.caption(T(why, apart=f"{apart:.0%}", looks=f"{careful:.1f}"))


def _apart() -> float:
    """Share of the pictures that the two named differently; one person alone: not known, 0."""
    hands = list(_hands().values())
    if len(hands) < len(PEOPLE):
        return 0.0
    one, other = (hand["labels"] for hand in hands)
    return 1 - label.agreement(one, other) / len(one)


def _agreement() -> None:
    """Everybody beside everybody, and beside the true labels where a run has told them."""
    hands: dict[str, list[int]] = {
        T(f"kinds.hand.{person}"): _hands()[person]["labels"]
        for person in PEOPLE
        if person in _hands()
    }
    for hand in list(_hands().values()):
        run = runs.known(_spec(hand))
        if run is not None and run.result:
            hands[T("kinds.hand.true")] = run.result["true"]
    if len(hands) < 2:
        return
    pairs = [(a, b) for i, a in enumerate(hands) for b in list(hands)[i + 1 :]]
    kappas = [label.kappa(hands[a], hands[b]) for a, b in pairs]
    st.dataframe(
        pd.DataFrame(
            {
                T("kinds.hand.pair"): [f"{a} · {b}" for a, b in pairs],
                T("kinds.hand.alike"): [label.agreement(hands[a], hands[b]) for a, b in pairs],
                T("kinds.hand.of"): [len(hands[a]) for a, _ in pairs],
                T("kinds.hand.kappa"): kappas,
            }
        ),
        hide_index=True,
        key=f"{PAGE}.agreement",
        column_config={T("kinds.hand.kappa"): st.column_config.NumberColumn(format="%.2f")},
    )
    st.caption(T("kinds.hand.kappa.few", n=LABELS.train_size))
    if None in kappas:
        st.caption(T("kinds.hand.kappa.none"))
    if len(_hands()) < len(PEOPLE):
        st.markdown(T("kinds.hand.invite"))
