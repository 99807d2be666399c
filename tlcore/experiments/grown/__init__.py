"""A tiny network learns a source task from nothing while one watches."""

from tlcore.runs.registry import Experiment

EXPERIMENT = Experiment(
    kind="pretrain",
    spec="tlcore.experiments.grown.spec:PretrainSpec",
    rows="tlcore.experiments.grown.run:rows",
)
