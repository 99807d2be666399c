"""A network that has learned one thing learns another: the run that all pages share."""

from tlcore.registry import Experiment

EXPERIMENT = Experiment(
    kind="fine_tune",
    spec="tlcore.spec_fine_tune:FineTuneSpec",
    work="tlcore.experiments.fine_tune.work:work",
    read="tlcore.reading",
    presets="tlcore.presets.lab:PRESETS",
)
