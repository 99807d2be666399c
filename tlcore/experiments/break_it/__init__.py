"""Eight things that go wrong when a network is fine-tuned, and their repairs."""

from tlcore.registry import Command, Experiment

EXPERIMENT = Experiment(
    kind="break",
    spec="tlcore.spec_break:BreakSpec",
    rows="tlcore.break_run:rows",
    read="tlcore.mishaps",
    presets="tlcore.presets.break_it:PRESETS",
    command=Command(
        "break_it",
        "tlcore.break_command:main",
        "count in how many seeds eight faults show",
        left="goes_on",
    ),
)
