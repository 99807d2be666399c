"""Published claims, run again."""

from tlcore.registry import Command, Experiment

EXPERIMENT = Experiment(
    kind="claim",
    spec="tlcore.spec_claims:ClaimSpec",
    rows="tlcore.claims_run:rows",
    read="tlcore.claims",
    presets="tlcore.presets.claims:PRESETS",
    command=Command(
        "claims",
        "tlcore.claims.command:main",
        "run published claims again, and print the table",
        left="goes_on",
    ),
)
