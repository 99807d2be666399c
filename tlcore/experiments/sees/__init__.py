"""What a network that knows ImageNet's 1,000 classes says of one picture, untouched."""

from tlcore.runs.registry import Experiment

EXPERIMENT = Experiment(
    kind="sees",
    spec="tlcore.experiments.sees.spec:SeesSpec",
    rows="tlcore.experiments.sees.run:rows",
    warm="tlcore.experiments.sees.run",
    short=True,
)
