"""Weights of a backbone, or a data set, downloaded once."""

from tlcore.registry import Command, Experiment

EXPERIMENT = Experiment(
    kind="fetch",
    spec="tlcore.experiments.fetch.spec:FetchSpec",
    rows="tlcore.downloads:rows",
    command=Command(
        "fetch",
        "tlcore.fetch_command:main",
        "download backbones and data sets now",
        left="goes_on",
        speaks=True,
    ),
)
