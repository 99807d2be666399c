"""Generating: three tasks as text to text, and learning from a prompt."""

from __future__ import annotations

from tlcore import uses
from tlcore.presets import Preset
from tlcore.ready_generate import LIVE, PROMPT, SCORE, SCRATCH, SPAN
from tlcore.spec_generate import PromptScoreSpec, ToTextSpec

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
