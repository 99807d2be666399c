"""What came out: the likeliest class first and large, its rivals, and where the evidence lies."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.ui.charts.explained import explained
from pages.ui.frame.speech import T, words
from tlcore.runs.store.store import Run

PAGE = "what_it_sees"
SURE = 0.5  # below it the others together are likelier than the first


def name(number: int) -> str:
    """Of one of ImageNet's classes."""
    return T(f"imagenet.{number}")


def show(run: Run) -> None:
    """What stood here before stays while the next answer is on its way."""
    last = f"{PAGE}.last"
    if run.status == "finished" and run.result:
        st.session_state[last] = run.result
    found: dict[str, Any] | None = st.session_state.get(last)
    if found is None and not run.active:
        return
    listed = _listed(found) if found else []
    if found:
        first, sure = listed[0]
        st.metric(
            T("sees.likeliest"),
            name(first),
            T("sees.sure", share=f"{sure:.0%}"),
            delta_color="off",
            delta_arrow="off",
        )
    explained(
        found and _drawn(found, listed),
        names=[name(number) for number, _ in listed],
        words=words("explained"),
        key=f"{PAGE}.answer",
        busy=run.active,
        reveal=st.session_state.pop(f"{PAGE}.reveal", False),
    )
    if found and not run.active:
        _where(found, listed)
        st.markdown(_told(found, listed))


def _listed(found: dict[str, Any]) -> list[tuple[int, float]]:
    """The likeliest, and behind them the class that was asked about where it is none of them."""
    listed = list(zip(found["classes"], found["probabilities"], strict=True))
    if found["target"] not in found["classes"]:
        listed.append((found["target"], found["target_probability"]))
    return listed


def _drawn(found: dict[str, Any], listed: list[tuple[int, float]]) -> dict[str, Any]:
    numbers = [number for number, _ in listed]
    shares = [share for _, share in listed]
    return found | {"probabilities": shares, "target": numbers.index(found["target"])}


def _where(found: dict[str, Any], listed: list[tuple[int, float]]) -> None:
    """Which class's evidence is marked."""
    key, numbers = f"{PAGE}.about", [number for number, _ in listed]
    if st.session_state.get(key) != found["target"]:
        st.session_state[key] = found["target"]

    def asked() -> None:
        if (chosen := st.session_state[key]) is not None:
            st.session_state[f"{PAGE}.target"] = chosen

    st.pills(T("sees.where"), numbers, key=key, format_func=name, on_change=asked)


def _told(found: dict[str, Any], listed: list[tuple[int, float]]) -> str:
    """Hedged: a probability among a thousand names is none that the name is right."""
    first, sure = listed[0]
    told = [T("sees.told.sure" if sure >= SURE else "sees.told.unsure", name=name(first))]
    told.append(T("sees.told.rest", share=f"{1 - sum(found['probabilities']):.0%}"))
    height, width = found["map"]
    told.append(T("explain.map", height=height, width=width))
    told.append(T("sees.told.cost", side=found["side"], seconds=f"{found['seconds']:.2f}"))
    return " ".join(told)
