"""Tasks as text to text, prompts with examples, and writing."""

from tlcore.runs.registry import Experiment

EXPERIMENTS = (
    Experiment(
        kind="to_text",
        spec="tlcore.experiments.generate.spec:ToTextSpec",
        rows="tlcore.experiments.generate.run.to_text_score:rows",
        read="tlcore.experiments.generate.reading",
        presets="tlcore.experiments.generate.presets:PRESETS",
    ),
    Experiment(
        kind="to_text_ask",
        spec="tlcore.experiments.generate.spec:ToTextAskSpec",
        rows="tlcore.experiments.generate.run.to_text_ask:rows",
    ),
    Experiment(
        kind="prompt_score",
        spec="tlcore.experiments.generate.spec:PromptScoreSpec",
        rows="tlcore.experiments.generate.run.prompt_score:rows",
    ),
    Experiment(
        kind="prompt_ask",
        spec="tlcore.experiments.generate.spec:PromptAskSpec",
        rows="tlcore.experiments.generate.run.prompt_ask:rows",
    ),
    Experiment(
        kind="write",
        spec="tlcore.experiments.generate.spec:WriteSpec",
        rows="tlcore.experiments.generate.run.hub_write:rows",
    ),
)
