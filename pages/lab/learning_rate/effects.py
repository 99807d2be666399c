"""Regularisers, each with its measured effect: pairs of seeds, and "none seen" is an answer.

What a reader trains stands beside what was recorded with more seeds and in a longer training.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.lab.learning_rate import effects_figure, effects_recorded
from pages.lab.learning_rate.effects_figure import Series
from pages.lab.learning_rate.pick import pick
from pages.lab.learning_rate.sensitivity import PAGE
from pages.ui.frame import visual
from pages.ui.frame.speech import T
from pages.ui.runs import experiment, told
from pages.ui.runs.rate_words import points
from tlcore import catalog
from tlcore.catalog import source_task
from tlcore.experiments.learning_rate.presets import pairs
from tlcore.ground.difference import POINTS
from tlcore.ground.errors import UserError
from tlcore.training import effects
from tlcore.training.effects import EFFECTS, Effect


def show() -> None:
    key = f"{PAGE}.effects"
    effect, data = pick(
        key,
        "effect",
        "layer_decay",
        EFFECTS,
        T("rates.effects.which"),
        lambda name: T(f"rates.effect.{name}"),
    )
    st.caption(T(f"rates.effect.{effect}.about"))
    spec = pairs(effect, data)
    run = experiment.answer(spec, key, T("rates.effects.start", seeds=spec.seeds), progress)
    if run is not None:
        result = run.result or {}
        st.markdown(said(effect, _effect(result, "accuracy", data)))
    live = _live(data, spec.seeds, spec.epochs)
    recorded = effects_recorded.series(data)
    if recorded:
        st.subheader(T("rates.recorded"), anchor=False)
        effects_recorded.tell(data)
    if recorded or live.target:
        effects_figure.draw([*recorded, *([live] if live.target else [])], key)
    if live.target and not recorded:
        st.caption(T("rates.effects.conditions", n=spec.train_size, epochs=spec.epochs))


def progress(row: told.Row) -> tuple[float | None, str]:
    done = min(int(row["done"]) + 1, row["of"])
    return row["done"] / row["of"], T("rates.at.pairs", done=done, of=row["of"])


def said(name: str, effect: Effect) -> str:
    signed = f"{100 * effect.mean:+.1f}".replace("-", "−")  # as the figure beside it has it
    mean = signed if effect.word in ("none", "open") else points(abs(effect.mean))
    values = {"name": T(f"rates.effect.{name}"), "mean": mean, "margin": POINTS}
    return T(f"rates.effects.{effect.word}", half=points(effect.half), seeds=effect.seeds, **values)


def _effect(result: dict[str, Any], of: str, data: str) -> Effect:
    """`of`: the new task ("accuracy") or the source."""
    asked = result.get("asked", catalog.dataset(data).test)  # runs of long ago do not tell
    asked = source_task.ASKED if of == "source" else asked
    return effects.of(result[of]["without"], result[of]["with"], asked)


def _live(data: str, seeds: int, epochs: int) -> Series:
    """What has been measured here so far, by anybody."""
    target, source = dict[str, Effect](), dict[str, Effect]()
    for name in EFFECTS:
        try:
            run = told.find(pairs(name, data))
        except UserError:  # told where the run is asked for
            break
        if run is None or not told.answered(run):
            continue
        result = run.result or {}
        target[name] = _effect(result, "accuracy", data)
        known = result.get("source") or {"without": [None]}
        if None not in known["without"]:
            source[name] = _effect(result, "source", data)
    name = T("rates.effects.live", epochs=epochs, seeds=seeds)
    return Series(name, visual.marker("target", 12), target, source)
