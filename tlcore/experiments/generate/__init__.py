"""Tasks as text to text, prompts with examples, and writing."""

from tlcore.registry import Experiment

EXPERIMENTS = (
    Experiment(
        kind="to_text",
        spec="tlcore.spec_generate:ToTextSpec",
        rows="tlcore.language.to_text_run:rows",
        read="tlcore.generate_reading",
        presets="tlcore.presets.generate:PRESETS",
    ),
    Experiment(
        kind="to_text_ask",
        spec="tlcore.spec_generate:ToTextAskSpec",
        rows="tlcore.language.to_text_ask:rows",
    ),
    Experiment(
        kind="prompt_score",
        spec="tlcore.spec_generate:PromptScoreSpec",
        rows="tlcore.language.prompt_score:rows",
    ),
    Experiment(
        kind="prompt_ask",
        spec="tlcore.spec_generate:PromptAskSpec",
        rows="tlcore.language.prompt_ask:rows",
    ),
    Experiment(
        kind="write",
        spec="tlcore.spec_generate:WriteSpec",
        rows="tlcore.language.hub_write:rows",
    ),
)
