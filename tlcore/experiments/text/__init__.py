"""Texts in a fine-tune: its layers, its cost, its spread, and other heads."""

from tlcore.runs.registry import Experiment

EXPERIMENTS = (
    Experiment(
        kind="text_layers",
        spec="tlcore.experiments.text.spec:TextLayersSpec",
        rows="tlcore.experiments.text.run.probes:rows",
        presets="tlcore.experiments.text.presets:PRESETS",
    ),
    Experiment(
        kind="text_cost",
        spec="tlcore.experiments.text.spec:TextCostSpec",
        rows="tlcore.experiments.text.run.costs:rows",
    ),
    Experiment(
        kind="text_spread",
        spec="tlcore.experiments.text.spec:TextSpreadSpec",
        rows="tlcore.experiments.text.run.spread:rows",
        read="tlcore.experiments.text.reading",
    ),
    Experiment(
        kind="text_head",
        spec="tlcore.experiments.text.heads.spec:TextHeadSpec",
        rows="tlcore.experiments.text.heads.run:rows",
        read="tlcore.experiments.text.heads.reading",
    ),
    Experiment(
        kind="text_ask",
        spec="tlcore.experiments.text.heads.spec:TextAskSpec",
        rows="tlcore.experiments.text.heads.run:rows",
    ),
)
