"""Why a trained network said what it said of one picture."""

from tlcore.registry import Experiment

EXPERIMENT = Experiment(
    kind="explain",
    spec="tlcore.experiments.explain.spec:ExplainSpec",
    work="tlcore.experiments.explain.work:work",
)
