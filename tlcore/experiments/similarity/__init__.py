"""How near a data set is to what a backbone knows, block by block."""

from tlcore.registry import Command, Experiment

EXPERIMENT = Experiment(
    kind="similarity",
    spec="tlcore.experiments.similarity.spec:SimilaritySpec",
    rows="tlcore.similarity:rows",
    read="tlcore.nearness",
    command=Command(
        "similarity",
        "tlcore.similarity.six:main",
        "measure how near six sets are to each backbone",
        options="tlcore.tool_options:similarity",
    ),
)
