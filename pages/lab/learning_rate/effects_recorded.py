"""What was recorded of the regularisers beforehand: more seeds, more test pictures, longer."""

from __future__ import annotations

import streamlit as st

from pages.lab.learning_rate import effects_figure
from pages.lab.learning_rate.effects_figure import Series
from pages.ui.frame.speech import T
from pages.ui.runs.rate_words import points
from tlcore.experiments.learning_rate import record as effects_record
from tlcore.experiments.learning_rate.record import Record
from tlcore.ground.difference import POINTS
from tlcore.training.effects import EFFECTS, Effect

WORDS = ("helps", "hurts", "none", "open")


def series(data: str) -> list[Series]:
    """One a length of training; none where nothing was recorded of this data set."""
    record = effects_record.record()
    if record is None:
        return []
    return [
        Series(
            T("rates.recorded.series", epochs=epochs, seeds=seeds(record, data, epochs)),
            effects_figure.marker(place),
            record.target(data, epochs),
            record.source(data, epochs),
        )
        for place, epochs in enumerate(record.lengths(data))
    ]


def seeds(record: Record, data: str, epochs: int) -> int:
    return min(effect.seeds for effect in record.target(data, epochs).values())


def tell(data: str) -> None:
    """In words: for each length what helped and what hurt, and how much of that chance explains."""
    record = effects_record.record()
    if record is None or not record.lengths(data):
        return
    st.markdown("\n".join(f"- {line}" for line in said(record, data)))
    told = record.conditions
    count = sum(
        len(found(data, epochs))
        for epochs in record.lengths(data)
        for found in (record.target, record.source)
    )
    st.caption(
        T("rates.recorded.conditions", machine=told["machine"], torch=told["torch"])
        + " "
        + T("rates.recorded.chance", count=count, expected=f"{0.05 * count:.1f}")
    )


def said(record: Record, data: str) -> list[str]:
    lines = []
    for epochs in record.lengths(data):
        usual = record.usual(data, epochs)
        told = [
            T(
                "rates.recorded.usual",
                **{"epochs": epochs, "target": f"{usual.target:.1%}"},
                n=record.conditions["train"],
            ),
            _outcome("target", record.target(data, epochs)),
        ]
        if usual.source is not None:
            told.append(T("rates.recorded.source", source=f"{usual.source:.1%}"))
            told.append(_outcome("source", record.source(data, epochs)))
        lines.append(" ".join(told))
    return lines


def _outcome(where: str, found: dict[str, Effect]) -> str:
    """By what is known of each: beyond its interval, no effect, or too few pairs to say."""
    parts = []
    for word in WORDS:
        named = [
            T("rates.recorded.one", name=T(f"rates.effect.{name}"), **_points(found[name]))
            for name in EFFECTS
            if name in found and found[name].word == word
        ]
        if named:
            names = ", ".join(named)
            parts.append(T(f"rates.recorded.{where}.{word}", names=names, margin=POINTS))
    return " ".join(parts)


def _points(effect: Effect) -> dict[str, str]:
    return {"mean": points(abs(effect.mean)), "half": points(effect.half)}
