"""What a learning rate does, and what a setting beside it is worth."""

from tlcore.registry import Command, Experiment

EXPERIMENTS = (
    Experiment(
        kind="rates",
        spec="tlcore.spec_rates:RatesSpec",
        rows="tlcore.rates_run:rows",
        read="tlcore.rate_strips",
        presets="tlcore.presets.learning_rate:PRESETS",
    ),
    Experiment(
        kind="finder",
        spec="tlcore.spec_rates:FinderSpec",
        rows="tlcore.finder_run:rows",
        read="tlcore.finder",
    ),
    Experiment(
        kind="pairs",
        spec="tlcore.spec_rates:PairsSpec",
        rows="tlcore.pairs_run:rows",
        read="tlcore.effects",
        command=Command(
            "effects",
            "tlcore.effects_command:main",
            "measure what each regulariser is worth",
            left="goes_on",
        ),
    ),
)
