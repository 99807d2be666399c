"""Learning without labels, and with labels of a reader's own hand."""

from tlcore.runs.registry import Experiment

EXPERIMENTS = (
    Experiment(
        kind="rotation",
        spec="tlcore.experiments.kinds.spec:RotationSpec",
        rows="tlcore.experiments.kinds.run.unlabelled:rows",
        presets="tlcore.experiments.kinds.presets:PRESETS",
    ),
    Experiment(
        kind="groups",
        spec="tlcore.experiments.kinds.spec:GroupsSpec",
        rows="tlcore.experiments.kinds.run.groups:rows",
        read="tlcore.experiments.kinds.grouping",
    ),
    Experiment(
        kind="labels",
        spec="tlcore.experiments.kinds.spec:LabelsSpec",
        rows="tlcore.experiments.kinds.run.labels:rows",
    ),
)
