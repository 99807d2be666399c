"""Blocks copied and frozen up to a depth: what each costs."""

from tlcore.registry import Command, Experiment

EXPERIMENT = Experiment(
    read="tlcore.depth_curves",
    presets="tlcore.presets.depth_curves:PRESETS",
    command=Command(
        "depths",
        "tlcore.depths:main",
        "measure copied blocks against freeze depth",
        left="goes_on",
    ),
)
