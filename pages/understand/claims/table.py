"""Twelve claims at a glance: what was published, what was measured here, and the verdict."""

from __future__ import annotations

import html
import math
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from pages.ui.frame.speech import T
from tlcore.experiments.claims.claim import Claim, Effect, Point, Unit
from tlcore.experiments.claims.record import Found

STYLE = Path(__file__).with_suffix(".css")
SIGNS = {"holds": "✓", "fails": "✗", "undecided": "?", "unmeasured": "–"}
SYMBOLS: Mapping[Unit, str] = {"points": "", "percent": "%", "times": "×", "ratio": ""}


def show(every: Mapping[str, Found], chosen: int) -> None:
    st.html(STYLE)
    heads = [T(f"claims.column.{name}") for name in ("claim", "published", "ours", "verdict")]
    heads.append(T("claims.column.seeds"))
    rows = "".join(_row(found, found.claim.number == chosen, heads) for found in every.values())
    top = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in ["#", *heads])
    st.html(f'<table class="tl-claims"><thead><tr>{top}</tr></thead><tbody>{rows}</tbody></table>')
    words = Counter(found.word for found in every.values())
    verdicts = (
        f"**{words[name]}** {T(f'claims.verdict.{name}')}"
        for name in ("holds", "fails", "undecided", "unmeasured")
        if words[name]
    )
    st.markdown(T("claims.count", n=len(every), verdicts=" · ".join(verdicts)))
    st.caption(T("claims.overview.caption"))


def _row(found: Found, chosen: bool, heads: list[str]) -> str:
    """The claim's leading figure, else the first that is both in print and measured here, or what
    there is of it: some papers give no number."""
    claim = found.claim
    ours, printed = (
        {p.label: p for p in some}
        for some in (found.verdict.ours if found.verdict else (), claim.published.points)
    )
    lead = [claim.lead] if claim.lead else [label for label in printed if label in ours]
    known = lead or [*printed, *ours] or [""]
    label = html.escape(label_of(claim, known[0])) if known[0] else ""
    title = html.escape(T(f"claims.{claim.id}.title"))
    theirs, mine = (
        value(some[known[0]], claim.published.unit) if known[0] in some else "–"
        for some in (printed, ours)
    )
    cells = [
        f'<td class="place">{claim.number}</td>',
        f'<th scope="row">{title}<small>{label}</small></th>',
        _number(heads[1], theirs),
        _number(heads[2], mine),
        f'<td class="wide">{verdict(found)}</td>',
        _number(heads[4], f"{found.seeds}/{claim.seeds}"),
    ]
    return f"<tr{' class=chosen' if chosen else ''}>{''.join(cells)}</tr>"


def _number(head: str, told: str) -> str:
    return f'<td class="number" data-head="{html.escape(head)}">{html.escape(told)}</td>'


def verdict(found: Found) -> str:
    """As HTML: a sign and a word in a frame of its own kind, so that colour is not alone."""
    return chip(found.word)


def chip(word: str) -> str:
    told = html.escape(T(f"claims.verdict.{word}"))
    return f'<span class="tl-verdict {word}">{SIGNS[word]} {told}</span>'


def label_of(claim: Claim, label: str) -> str:
    return T(f"claims.{claim.id}.label.{label}")


def value(point: Point, unit: Unit) -> str:
    """Of a mark, with its interval where there is one."""
    half = "" if point.half is None else f" ± {point.half:.1f}"
    return f"{number(point.value)}{half}{SYMBOLS[unit]}"


def number(given: float) -> str:
    """With a true minus; zero has no sign."""
    return f"{given:.1f}".replace("-0.0", "0.0").replace("-", "\u2212")


def parts(found: Found) -> None:
    """Every effect of the verdict: mean, interval, bound, and what follows."""
    if found.verdict is None:
        return
    unit = found.claim.published.unit
    apart = T(f"claims.unit.{'points' if unit == 'percent' else unit}")  # effects are differences
    heads = (T("claims.column.part"), f"{T('claims.column.ours')} ({apart})")
    heads += (T("claims.column.bound"), T("claims.column.verdict"))
    top = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in heads)
    rows = "".join(_part(found, effect, heads) for effect in found.verdict.effects)
    st.html(f'<table class="tl-claims"><thead><tr>{top}</tr></thead><tbody>{rows}</tbody></table>')


def _part(found: Found, effect: Effect, heads: tuple[str, ...]) -> str:
    name = html.escape(T(f"claims.{found.claim.id}.effect.{effect.name}"))
    cells = [
        f'<th scope="row">{name}</th>',
        _number(heads[1], mean(effect)),
        _number(heads[2], number(effect.bound)),
        f'<td class="wide">{chip(found.decided(effect.status))}</td>',
    ]
    return f"<tr>{''.join(cells)}</tr>"


def mean(effect: Effect) -> str:
    """Two digits: some effects are small; a dash where nothing is known."""
    if math.isnan(effect.mean):
        return "–"
    told = f"{effect.mean:+.2f}".replace("-", "\u2212")
    return told if math.isinf(effect.half) else f"{told} ± {effect.half:.2f}"
