"""A reader's own pictures, decoded and kept."""

from tlcore.runs.registry import Command, Experiment

EXPERIMENT = Experiment(
    kind="take_in",
    spec="tlcore.experiments.take_in.spec:TakeInSpec",
    rows="tlcore.experiments.take_in.run:rows",
    short=True,
    command=Command(
        "import",
        "tlcore.experiments.take_in.from_disk:main",
        "make a data set of pictures on this machine",
        speaks=True,
    ),
)
