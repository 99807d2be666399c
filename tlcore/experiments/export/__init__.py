"""A file made of a run, to take home."""

from tlcore.registry import Experiment

EXPERIMENT = Experiment(
    kind="export",
    spec="tlcore.experiments.export.spec:ExportSpec",
    work="tlcore.experiments.export.work:work",
)
