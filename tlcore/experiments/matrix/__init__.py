"""Small or large, near or far: what was measured, and what it advises.

The grid is measured by tlcore.making: its rows are shipped.
"""

from tlcore.runs.registry import Experiment

EXPERIMENT = Experiment(
    read="tlcore.experiments.matrix.evidence",
    presets="tlcore.experiments.matrix.presets:PRESETS",
)
