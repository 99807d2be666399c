"""What a fine-tune changed, block by block."""

from tlcore.registry import Experiment

EXPERIMENT = Experiment(
    kind="layers",
    spec="tlcore.experiments.layers.spec:LayersSpec",
    rows="tlcore.layers:rows",
)
