"""How cost grows with pictures, epochs and seeds."""

from tlcore.registry import Command, Experiment

EXPERIMENT = Experiment(
    read="tlcore.scaling",
    command=Command(
        "scaling",
        "tlcore.scaling_record:main",
        "measure how cost grows with images, epochs, seeds",
        left="goes_on",
    ),
)
