"""What a language model learned to predict: what it fills in, is worth, and costs."""

from tlcore.registry import Experiment

EXPERIMENTS = (
    Experiment(
        kind="objectives",
        spec="tlcore.spec_objectives:ObjectivesSpec",
        rows="tlcore.language.predictions:rows",
        read="tlcore.objective_reading",
        presets="tlcore.presets.objectives:PRESETS",
    ),
    Experiment(
        kind="objective_tasks",
        spec="tlcore.spec_objectives:ObjectiveTasksSpec",
        rows="tlcore.language.tasks:rows",
    ),
    Experiment(
        kind="objective_steps",
        spec="tlcore.spec_objectives:ObjectiveStepsSpec",
        rows="tlcore.language.steps:rows",
    ),
)
