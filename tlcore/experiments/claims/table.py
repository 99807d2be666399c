"""What is known of the claims as Markdown: the whole table, and the short one beside the rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from tlcore.experiments.claims.claim import Claim, Effect, Point
from tlcore.experiments.claims.depths import reading as depth_curves
from tlcore.experiments.claims.record import Found
from tlcore.ground import markdown, recorded
from tlcore.words import i18n

README = recorded.README
BEGIN, END = "<!-- claims -->", "<!-- /claims -->"
HEADS = ("#", "claim", "published", "ours", "rule", "seeds", "verdict", "CPU s a seed")
SHORT = ("#", "claim", "in print", "here, 95 % over seeds", "verdict", "seeds", "CPU s a seed")
SIGNS = {"points": "", "percent": " %", "times": "x", "ratio": ""}


def table(known: Sequence[Found], language: str = "en") -> str:
    """A claim a line, with its rule and every part of it."""
    return markdown.table(HEADS, [_cells(found, language) for found in known])


def short(known: Sequence[Found]) -> str:
    """Marks beside each other, then where and with what they were measured."""
    body = markdown.table(SHORT, [_short(found) for found in known])
    return f"{body}\n\n{conditions(known)}\n"


def into(text: str, content: str) -> str:
    return markdown.into(text, content, BEGIN, END)


def write(known: Sequence[Found], file: Path = README) -> None:
    text = file.read_text(encoding="utf-8")
    file.write_text(into(text, short(known)), encoding="utf-8", newline="\n")


def conditions(known: Sequence[Found]) -> str:
    """Of the rows measured for the claims, and of the recording that claims 1 to 4 and 6 read."""
    depths = recorded.read(depth_curves.FILE)
    each = [found.conditions for found in known if found.conditions]
    each += [depths["conditions"]] if depths else []
    told = " or ".join(sorted({f"{one['machine']}, torch {one['torch']}" for one in each}))
    return (
        f"One core, one thread a run ({told}); in print and here as far as both have a mark. "
        "Points are of test accuracy unless the page says otherwise; rules and sizes: the page "
        "“Published claims”, or `python -m tlcore claims --table`. "
        "`python -m tlcore claims --readme` writes this table."
    )


def _cells(found: Found, language: str) -> list[str]:
    claim, verdict = found.claim, found.verdict

    def text(name: str) -> str:
        return i18n.t(f"claims.{claim.id}.{name}", language)

    ours = [f"{text(f'effect.{e.name}')} {told(e)}" for e in verdict.effects] if verdict else []
    return [
        str(claim.number),
        text("title"),
        f"{text('published')} ([{claim.published.name}]({claim.published.source}))",
        "<br>".join(ours),
        text("rule"),
        f"{found.seeds} of {claim.seeds}",
        i18n.t(f"claims.verdict.{found.word}", language),
        _seconds(found),
    ]


def _short(found: Found) -> list[str]:
    claim = found.claim
    ours = {p.label: p for p in found.verdict.ours} if found.verdict else {}
    shared = [p for p in claim.published.points if p.label in ours]
    return [
        str(claim.number),
        f"{i18n.t(f'claims.{claim.id}.title', 'en')} ([{claim.published.name}]"
        f"({claim.published.source}))",
        "<br>".join(_mark(claim, p) for p in shared or claim.published.points),
        "<br>".join(_mark(claim, p) for p in _beside(shared, ours)),
        i18n.t(f"claims.verdict.{found.word}", "en"),
        f"{found.seeds} of {claim.seeds}",
        _seconds(found),
    ]


def _beside(shared: Sequence[Point], ours: dict[str, Point]) -> list[Point]:
    """The marks of the same names; all of them where the paper gives no number."""
    return [ours[p.label] for p in shared] or list(ours.values())


def _mark(claim: Claim, point: Point) -> str:
    label = i18n.t(f"claims.{claim.id}.label.{point.label}", "en")
    half = "" if point.half is None else f" ± {point.half:.1f}"
    return f"{label}: {point.value:.1f}{half}{SIGNS[claim.published.unit]}"


def _seconds(found: Found) -> str:
    return "" if found.seconds is None else f"{found.seconds:.0f}"


def told(effect: Effect) -> str:
    """Mean and half of the interval; nothing known is a dash."""
    if math.isnan(effect.mean):
        return "–"
    return f"{effect.mean:+.2f}" + ("" if math.isinf(effect.half) else f" ± {effect.half:.2f}")
