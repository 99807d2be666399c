"""A tiny network learns a source task from nothing while one watches."""

from tlcore.registry import Experiment

EXPERIMENT = Experiment(
    kind="pretrain",
    spec="tlcore.experiments.grown.spec:PretrainSpec",
    rows="tlcore.grown:rows",
)
