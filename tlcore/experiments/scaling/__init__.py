"""How cost grows with pictures, epochs and seeds."""

from tlcore.runs.registry import Command, Experiment

EXPERIMENT = Experiment(
    read="tlcore.experiments.scaling.reading",
    command=Command(
        "scaling",
        "tlcore.experiments.scaling.command:main",
        "measure how cost grows with images, epochs, seeds",
        left="goes_on",
    ),
)
