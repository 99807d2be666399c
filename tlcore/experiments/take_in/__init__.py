"""A reader's own pictures, decoded and kept."""

from tlcore.runs.registry import Experiment

EXPERIMENT = Experiment(
    kind="take_in",
    spec="tlcore.experiments.take_in.spec:TakeInSpec",
    rows="tlcore.experiments.take_in.run:rows",
    short=True,
)
