"""Eight things that go wrong when a network is fine-tuned, and their repairs."""

from tlcore.runs.registry import Command, Experiment

EXPERIMENT = Experiment(
    kind="break",
    spec="tlcore.experiments.break_it.spec:BreakSpec",
    rows="tlcore.experiments.break_it.run:rows",
    read="tlcore.experiments.break_it.mishaps",
    presets="tlcore.experiments.break_it.presets:PRESETS",
    command=Command(
        "break_it",
        "tlcore.experiments.break_it.command:main",
        "count in how many seeds eight faults show",
        left="goes_on",
    ),
)
