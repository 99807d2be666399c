"""Three networks race on more and more pictures: with a start, grown here, and without."""

from tlcore.runs.registry import Command, Experiment

EXPERIMENT = Experiment(
    read="tlcore.experiments.races.record",
    presets="tlcore.experiments.races.presets:PRESETS",
    command=Command(
        "races",
        "tlcore.experiments.races.command:main",
        "measure the races of why_transfer over seeds",
        left="goes_on",
    ),
)
