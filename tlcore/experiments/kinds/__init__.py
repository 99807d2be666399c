"""Learning without labels, and with labels of a reader's own hand."""

from tlcore.registry import Experiment

EXPERIMENTS = (
    Experiment(
        kind="rotation",
        spec="tlcore.experiments.kinds.spec:RotationSpec",
        rows="tlcore.unlabelled:rows",
        presets="tlcore.presets.kinds_of_learning:PRESETS",
    ),
    Experiment(
        kind="groups",
        spec="tlcore.experiments.kinds.spec:GroupsSpec",
        rows="tlcore.grouping_run:rows",
        read="tlcore.grouping",
    ),
    Experiment(
        kind="labels",
        spec="tlcore.experiments.kinds.spec:LabelsSpec",
        rows="tlcore.hand_labels:rows",
    ),
)
