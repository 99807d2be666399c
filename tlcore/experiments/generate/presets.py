"""Generating: three tasks as text to text, and learning from a prompt."""

from __future__ import annotations

from tlcore.experiments.generate import uses
from tlcore.experiments.generate.ready import LIVE, PROMPT, SCORE, SCRATCH, SPAN
from tlcore.experiments.generate.spec import PromptScoreSpec, ToTextSpec
from tlcore.runs.presets import Preset

_SMALL = {"steps": 3, "asked": 3}

PRESETS = (
    Preset(
        "generate.tasks",
        (LIVE, SCRATCH, SPAN),
        (
            ToTextSpec(**_SMALL),
            ToTextSpec(start="scratch", **_SMALL),
            ToTextSpec(model="span", **_SMALL),
        ),
    ),
    Preset(
        "generate.prompting",
        (SCORE, PROMPT),
        (PromptScoreSpec(examples=(0, 2), prompts=20), PROMPT),
    ),
    Preset("generate.needs", call=uses.summaries),
)
