"""A word's vectors by layer, and its senses told apart by them."""

from tlcore.runs.registry import Experiment

EXPERIMENTS = (
    Experiment(
        kind="words",
        spec="tlcore.experiments.words.spec:WordsSpec",
        rows="tlcore.experiments.words.run.words:rows",
        read="tlcore.experiments.words.reading",
        presets="tlcore.experiments.words.presets:PRESETS",
    ),
    Experiment(
        kind="senses",
        spec="tlcore.experiments.words.spec:SensesSpec",
        rows="tlcore.experiments.words.run.senses:rows",
        read="tlcore.experiments.words.sense_reading",
    ),
)
