"""A network that has learned one thing learns another: the run that all pages share."""

from tlcore.runs.registry import Experiment

EXPERIMENT = Experiment(
    kind="fine_tune",
    spec="tlcore.training.spec_fine_tune:FineTuneSpec",
    work="tlcore.experiments.fine_tune.work:work",
    read="tlcore.runs.reading",
    presets="tlcore.experiments.fine_tune.presets:PRESETS",
    listed=True,
    rests=True,
)
