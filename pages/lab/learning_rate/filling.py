"""The strips while they fill: a bar for each rate, as high as its score so far."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from pages.ui.frame.speech import T
from pages.ui.runs import runs
from pages.ui.runs.rate_words import rate
from tlcore.experiments.learning_rate.presets import GRIDS

STYLE = Path(__file__).with_suffix(".css")
LOOKS = {"head": "frozen", "all": "kept"}


def draw(run_id: str) -> None:
    """In a fragment that looks again; the rows before the last look are not read again."""
    key = f"learning_rate.seen.{run_id}"
    cursor, known = st.session_state.get(key, (0, {}))
    rows, cursor = runs.store().rows(run_id, cursor)
    for row in rows:
        if row["kind"] == "point" and "strip" in row:
            known[row["strip"], row["rate"]] = row["accuracy"]
    st.session_state[key] = cursor, known
    st.html(STYLE)
    st.html("".join(_strip(name, known) for name in LOOKS))


def _strip(name: str, known: dict[Any, list[float]]) -> str:
    rates = GRIDS[name]
    left, right = margins(name)
    cells, there = [], 0
    for value in rates:
        found = known.get((name, value))
        if not found:
            cells.append("<i></i>")
            continue
        there += 1
        share = sum(found) / len(found)
        told = html.escape(f"{rate(value)}: {share:.0%}")
        cells.append(f'<i title="{told}" style="--share:{share:.3f}"></i>')
    title = html.escape(T(f"rates.strip.{name}"))
    told = html.escape(T("rates.filled", done=there, of=len(rates)))
    return (
        f'<figure class="tl-strip" data-look="{LOOKS[name]}"><figcaption><b>{title}</b> {told}'
        f'</figcaption><section style="margin: 0 {right:.2f}% 0 {left:.2f}%">'
        f'<div role="img" aria-label="{title}: {told}">{"".join(cells)}</div>'
        f"<p><span>{rate(rates[0])}</span><span>{rate(rates[-1])}</span></p></section></figure>"
    )


def margins(name: str) -> tuple[float, float]:
    """What both strips' axis has to the left and to the right of one of them, in per cent: the
    same rate stands at the same place in both."""
    ends = {strip: _ends(GRIDS[strip]) for strip in LOOKS}
    low, high = min(left for left, _ in ends.values()), max(right for _, right in ends.values())
    left, right = ends[name]
    return 100 * (left - low) / (high - low), 100 * (high - right) / (high - low)


def _ends(rates: Sequence[float]) -> tuple[float, float]:
    """Powers of ten at which the first cell begins and the last one ends."""
    first, last = math.log10(rates[0]), math.log10(rates[-1])
    half = (last - first) / (len(rates) - 1) / 2
    return first - half, last + half
