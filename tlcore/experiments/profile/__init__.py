"""How fast this machine runs a backbone."""

from tlcore.runs.registry import Experiment

EXPERIMENT = Experiment(
    kind="profile",
    spec="tlcore.experiments.profile.spec:ProfileSpec",
    work="tlcore.experiments.profile.work:work",
    measures=True,
)
