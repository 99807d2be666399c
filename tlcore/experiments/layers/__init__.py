"""What a fine-tune changed, block by block."""

from tlcore.runs.registry import Experiment

EXPERIMENT = Experiment(
    kind="layers",
    spec="tlcore.experiments.layers.spec:LayersSpec",
    rows="tlcore.experiments.layers.run:rows",
    short=True,
)
