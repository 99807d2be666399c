"""How near a data set is, and what is in it: seconds once the features are on the disk."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import torch

from tests.bench.table import Line
from tests.bench.timing import Took, in_turns, median, spread
from tlcore import catalog
from tlcore.experiments.similarity.run import measure
from tlcore.experiments.similarity.run.scores import of_block
from tlcore.experiments.survey import run as survey
from tlcore.experiments.survey.spec import SurveySpec
from tlcore.ground.recipe import Knobs
from tlcore.networks import weights

ROUNDS, PICTURES, DEPTHS = 5, 1000, (64, 64, 128, 256, 512)  # channels: those of ResNet-18
BACKBONE, DATA = "clothing", "garments"


def lines() -> list[Line]:
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        return [_scores(), *_measured(place), _survey(place)]


def _scores() -> Line:
    """Every score of five depths, the source as large as the set, on features made up."""
    rng = np.random.default_rng(0)
    labels = np.arange(PICTURES) % 10
    ours = [rng.normal(size=(PICTURES, d)) + rng.normal(size=(10, d))[labels] for d in DEPTHS]
    theirs = [rng.normal(size=(PICTURES, d)) for d in DEPTHS]

    def scores(_: int) -> None:
        for block, source in zip(ours, theirs, strict=True):
            of_block("block", block, labels, source)

    took = in_turns({"scores": scores}, ROUNDS)["scores"]
    return Line(
        "all similarity scores at five depths, 1,000 pictures, features at hand",
        _seconds(took),
        "< 2 s",
        "kNN, linear probe, PAD and Frechet against 1,000 source pictures, LogME, H-score; "
        f"{', '.join(map(str, DEPTHS))} channels, 10 classes; one thread, {ROUNDS} rounds",
    )


def _measured(place: Path) -> list[Line]:
    """The whole run, with random weights and pixels as baselines, first and again."""

    def run(_: int) -> dict[str, object]:
        *_, result = measure(BACKBONE, DATA, PICTURES, 0, Knobs(), place)
        return result

    first = in_turns({"first": run}, 1)["first"]
    again = in_turns({"again": run}, ROUNDS)["again"]
    blocks = len(catalog.backbone(BACKBONE).blocks)
    told = f"{BACKBONE}, all {blocks} blocks, {PICTURES} {DATA}; both baselines; one thread"
    source = weights.source_features(BACKBONE)
    against = f"source: {0 if source is None else len(source[0])} pictures"
    return [
        Line("a similarity measurement, features to be made", _seconds(first), "", told),
        Line("the same again, features on disk", _seconds(again), "< 2 s", f"{told}; {against}"),
    ]


def _survey(place: Path) -> Line:
    asked = SurveySpec(backbone=BACKBONE, data=DATA, train_size=PICTURES)
    took = in_turns({"survey": lambda _: list(survey.rows(asked, place, place))}, ROUNDS)["survey"]
    among = took[0].made[-1]["compared"]
    return Line(
        "survey of a data set: gallery, near-duplicates in all pairs",
        _seconds(took),
        "< 2 s",
        f"{among['train']:,} training against {among['val'] + among['test']:,} held-out pictures "
        "and each other, mirrored too; one thread",
    )


def _seconds(took: list[Took]) -> str:
    wall = f", {median([t.wall for t in took]):.2f} s on the wall"
    return f"{spread([t.cpu for t in took])} s of CPU{wall}"
