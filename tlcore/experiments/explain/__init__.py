"""Why a trained network said what it said of one picture."""

from tlcore.runs.registry import Experiment

EXPERIMENT = Experiment(
    kind="explain",
    spec="tlcore.experiments.explain.spec:ExplainSpec",
    work="tlcore.experiments.explain.work:work",
    warm="tlcore.experiments.explain.run",  # captum, and what that imports: 1.1 s
    short=True,
)
