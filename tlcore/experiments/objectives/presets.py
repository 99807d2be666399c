"""Objectives: a gap filled by every model, who sees what, what it is worth, what must wait."""

from __future__ import annotations

from tlcore.experiments.objectives.ready import OPENING, STEPS, TASKS, TWO
from tlcore.experiments.objectives.spec import ObjectiveStepsSpec, ObjectiveTasksSpec
from tlcore.runs.presets import Preset

PRESETS = (
    Preset("objectives.fill", (OPENING, TWO), (OPENING,)),
    Preset("objectives.seen", (OPENING,), (OPENING,)),
    Preset(
        "objectives.worth",
        tuple(TASKS.values()),
        (
            ObjectiveTasksSpec(labels=(20, 50), draws=2, steps=2),
            ObjectiveTasksSpec(
                models=("skipgram",), data="template_to_written", labels=(20,), draws=2, steps=2
            ),
        ),
    ),
    Preset("objectives.steps", (STEPS,), (ObjectiveStepsSpec(lengths=(8, 16)),)),
)
