"""What a language model learned to predict: what it fills in, is worth, and costs."""

from tlcore.runs.registry import Experiment

EXPERIMENTS = (
    Experiment(
        kind="objectives",
        spec="tlcore.experiments.objectives.spec:ObjectivesSpec",
        rows="tlcore.experiments.objectives.run.predictions:rows",
        read="tlcore.experiments.objectives.reading",
        presets="tlcore.experiments.objectives.presets:PRESETS",
    ),
    Experiment(
        kind="objective_tasks",
        spec="tlcore.experiments.objectives.spec:ObjectiveTasksSpec",
        rows="tlcore.experiments.objectives.run.tasks:rows",
    ),
    Experiment(
        kind="objective_steps",
        spec="tlcore.experiments.objectives.spec:ObjectiveStepsSpec",
        rows="tlcore.experiments.objectives.run.steps:rows",
    ),
)
