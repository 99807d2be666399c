"""A word's vectors by layer, and its senses told apart by them."""

from tlcore.registry import Experiment

EXPERIMENTS = (
    Experiment(
        kind="words",
        spec="tlcore.spec_language:WordsSpec",
        rows="tlcore.language.words:rows",
        read="tlcore.word_reading",
        presets="tlcore.presets.words_in_context:PRESETS",
    ),
    Experiment(
        kind="senses",
        spec="tlcore.spec_language:SensesSpec",
        rows="tlcore.language.senses:rows",
        read="tlcore.sense_reading",
    ),
)
