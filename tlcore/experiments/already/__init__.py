"""Own classes that are among ImageNet's 1,000: what the untouched network knows of them already."""

from tlcore.runs.registry import Experiment

EXPERIMENT = Experiment(
    kind="already",
    spec="tlcore.experiments.already.spec:AlreadySpec",
    rows="tlcore.experiments.already.run:rows",
)
