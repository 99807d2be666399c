"""Small or large, near or far: what was measured, and what it advises."""

from tlcore.registry import Command, Experiment

EXPERIMENT = Experiment(
    read="tlcore.evidence",
    presets="tlcore.presets.decide:PRESETS",
    command=Command(
        "evidence",
        "tlcore.grid.command:main",
        "measure the grid: what was measured, and what it advises",
        left="goes_on",
    ),
)
