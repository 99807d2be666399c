"""Strategies x sizes on one draw of the pictures."""

from tlcore.registry import Command, Experiment

EXPERIMENT = Experiment(
    kind="compare",
    spec="tlcore.spec_compare:CompareSpec",
    rows="tlcore.compare_run:rows",
    read="tlcore.verdict",
    presets="tlcore.presets.compare:PRESETS",
    command=Command(
        "compare",
        "tlcore.compare_command:main",
        "strategies x sizes x seeds, with a verdict",
        left="goes_on",
    ),
)
