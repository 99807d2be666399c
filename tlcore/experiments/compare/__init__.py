"""Strategies x sizes on one draw of the pictures."""

from tlcore.runs.registry import Command, Experiment

EXPERIMENT = Experiment(
    kind="compare",
    spec="tlcore.experiments.compare.spec:CompareSpec",
    rows="tlcore.experiments.compare.run:rows",
    read="tlcore.experiments.compare.reading",
    presets="tlcore.experiments.compare.presets:PRESETS",
    command=Command(
        "compare",
        "tlcore.experiments.compare.command:main",
        "strategies x sizes x seeds, with a verdict",
        left="goes_on",
    ),
)
