"""Texts in a fine-tune: its layers, its cost, its spread, and other heads."""

from tlcore.registry import Experiment

EXPERIMENTS = (
    Experiment(
        kind="text_layers",
        spec="tlcore.spec_texts:TextLayersSpec",
        rows="tlcore.language.probes:rows",
        presets="tlcore.presets.fine_tune_text:PRESETS",
    ),
    Experiment(
        kind="text_cost",
        spec="tlcore.spec_texts:TextCostSpec",
        rows="tlcore.language.costs:rows",
    ),
    Experiment(
        kind="text_spread",
        spec="tlcore.spec_texts:TextSpreadSpec",
        rows="tlcore.language.text_spread:rows",
        read="tlcore.spread_reading",
    ),
    Experiment(
        kind="text_head",
        spec="tlcore.spec_heads:TextHeadSpec",
        rows="tlcore.language.other_heads:rows",
        read="tlcore.head_reading",
    ),
    Experiment(
        kind="text_ask",
        spec="tlcore.spec_heads:TextAskSpec",
        rows="tlcore.language.other_heads:rows",
    ),
)
