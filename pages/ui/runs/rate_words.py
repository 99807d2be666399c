"""Rates, factors and points in words, the same on the whole page."""

from __future__ import annotations

from decimal import Decimal

from pages.ui.frame.speech import T


def rate(value: float) -> str:
    """Two digits, never with an exponent: 0.00032, 0.1, 20."""
    return f"{Decimal(f'{value:.1e}').normalize():f}"


def factor(tens: float) -> str:
    """A width in factors of ten as the factor itself: "480 times"."""
    value = 10**tens
    shown = f"{float(f'{value:.1e}'):,.0f}" if value >= 10 else f"{value:.1f}"
    return T("rates.times", factor=shown)


def points(share: float) -> str:
    return f"{100 * share:.1f}"
