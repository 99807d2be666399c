"""Small or large, near or far: what was measured, and what it advises."""

from tlcore.runs.registry import Command, Experiment

EXPERIMENT = Experiment(
    read="tlcore.experiments.matrix.evidence",
    presets="tlcore.experiments.matrix.presets:PRESETS",
    command=Command(
        "evidence",
        "tlcore.making.grid.command:main",
        "measure the grid: what was measured, and what it advises",
        left="goes_on",
    ),
)
