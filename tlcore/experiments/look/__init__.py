"""One picture through every block: what each channel answers."""

from tlcore.runs.registry import Experiment

EXPERIMENT = Experiment(
    kind="look",
    spec="tlcore.experiments.look.spec:LookSpec",
    rows="tlcore.experiments.look.run:rows",
    presets="tlcore.experiments.look.presets:PRESETS",
    short=True,
)
