"""How near a data set is to what a backbone knows, block by block."""

from tlcore.runs.registry import Command, Experiment

EXPERIMENT = Experiment(
    kind="similarity",
    spec="tlcore.experiments.similarity.spec:SimilaritySpec",
    rows="tlcore.experiments.similarity.run:rows",
    read="tlcore.experiments.similarity.reading",
    command=Command(
        "similarity",
        "tlcore.experiments.similarity.command:main",
        "measure how near six sets are to each backbone",
    ),
)
