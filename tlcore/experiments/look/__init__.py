"""One picture through every block: what each channel answers."""

from tlcore.registry import Experiment

EXPERIMENT = Experiment(
    kind="look",
    spec="tlcore.experiments.look.spec:LookSpec",
    rows="tlcore.look:rows",
    presets="tlcore.presets.what_layers_know:PRESETS",
)
