"""What a learning rate does, and what a setting beside it is worth."""

from tlcore.runs.registry import Command, Experiment

EXPERIMENTS = (
    Experiment(
        kind="rates",
        spec="tlcore.experiments.learning_rate.spec:RatesSpec",
        rows="tlcore.experiments.learning_rate.run.rates:rows",
        read="tlcore.experiments.learning_rate.reading",
        presets="tlcore.experiments.learning_rate.presets:PRESETS",
    ),
    Experiment(
        kind="finder",
        spec="tlcore.experiments.learning_rate.spec:FinderSpec",
        rows="tlcore.experiments.learning_rate.run.finder:rows",
        read="tlcore.experiments.learning_rate.finder",
    ),
    Experiment(
        kind="pairs",
        spec="tlcore.experiments.learning_rate.spec:PairsSpec",
        rows="tlcore.experiments.learning_rate.run.pairs:rows",
        read="tlcore.training.effects",
        command=Command(
            "effects",
            "tlcore.experiments.learning_rate.command:main",
            "measure what each regulariser is worth",
            left="goes_on",
        ),
    ),
)
