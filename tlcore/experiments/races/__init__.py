"""Three networks race on more and more pictures: with a start, grown here, and without."""

from tlcore.registry import Command, Experiment

EXPERIMENT = Experiment(
    read="tlcore.races_record",
    presets="tlcore.presets.why_transfer:PRESETS",
    command=Command(
        "races",
        "tlcore.races:main",
        "measure the races of why_transfer over seeds",
        left="goes_on",
    ),
)
