"""Published claims, run again."""

from tlcore.runs.registry import Command, Experiment

HERE = "tlcore.experiments.claims"
EXPERIMENTS = (
    Experiment(
        kind="claim",
        spec=f"{HERE}.spec:ClaimSpec",
        rows=f"{HERE}.run:rows",
        read=f"{HERE}.said",
        presets=f"{HERE}.presets:PRESETS",
        command=Command(
            "claims",
            f"{HERE}.command:main",
            "run published claims again, and print the table",
            left="goes_on",
        ),
    ),
    Experiment(  # of claims 1 to 4: recorded, and read by a page of its own
        read=f"{HERE}.depths.reading",
        presets=f"{HERE}.depths.presets:PRESETS",
        command=Command(
            "depths",
            f"{HERE}.depths.command:main",
            "measure copied blocks against freeze depth",
            left="goes_on",
        ),
    ),
)
