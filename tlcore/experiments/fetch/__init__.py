"""Weights of a backbone, or a data set, downloaded once."""

from tlcore.runs.registry import Command, Experiment

EXPERIMENT = Experiment(
    kind="fetch",
    spec="tlcore.experiments.fetch.spec:FetchSpec",
    rows="tlcore.experiments.fetch.run:rows",
    short=True,
    command=Command(
        "fetch",
        "tlcore.experiments.fetch.command:main",
        "download backbones and data sets now",
        left="goes_on",
        speaks=True,
    ),
)
