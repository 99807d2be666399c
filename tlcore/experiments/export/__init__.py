"""A file made of a run, to take home."""

from tlcore.runs.registry import Experiment

EXPERIMENT = Experiment(
    kind="export",
    spec="tlcore.experiments.export.spec:ExportSpec",
    work="tlcore.experiments.export.work:work",
    short=True,
)
