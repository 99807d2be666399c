"""Who says what is right: one small experiment for each kind of learning."""

from __future__ import annotations

from typing import get_args

from tlcore.experiments.kinds import bandit, baskets, maze, projection, regression
from tlcore.experiments.kinds.spec import GroupsSpec, LabelsSpec, RotationSpec
from tlcore.ground.recipe import head_only
from tlcore.runs.presets import Preset
from tlcore.runs.spec import FineTuneSpec

_HEAD = head_only(8)
# As the head-only entrant of the race in why_transfer: who has seen that waits for nothing here.
SUPERVISED = FineTuneSpec(
    data="garments",
    train_size=40,
    read=_HEAD.read,
    keep=_HEAD.keep,
    freeze=_HEAD.freeze,
    lr=1e-3,
    layer_decay=0.8,
    epochs=15,
    batch=16,
)
GROUPS = GroupsSpec()
LABELS = LabelsSpec()
# Has an "up" of its own, has one in its surroundings, has none.
ROTATIONS = {data: RotationSpec(data=data) for data in ("garments", "signs", "blood")}


def walks() -> list[maze.Race]:
    """Every change of the maze, old table against none."""
    return [maze.race(change) for change in get_args(maze.Change)]


def levers() -> list[float]:
    """What a program gets from the bandit, by how curious it is."""
    return [bandit.play(curiosity, 500, 0) for curiosity in bandit.CURIOSITIES]


def line() -> regression.Line:
    """Accuracy of backbones against their cost."""
    points = regression.alike(regression.points())
    return regression.fit([point.x for point in points], [point.y for point in points])


def flat() -> projection.Flat:
    return projection.flatten(projection.digits()[0])


def rules() -> list[baskets.Rule]:
    return baskets.rules(baskets.receipts(), 0.1, 0.6)


PRESETS = (
    Preset(
        "kinds_of_learning.supervised",
        (SUPERVISED,),
        (SUPERVISED.model_copy(update={"epochs": 2}),),
    ),
    Preset("kinds_of_learning.unsupervised", (GROUPS,), (GroupsSpec(train_size=60),)),
    Preset("kinds_of_learning.reinforcement", call=walks),
    Preset("kinds_of_learning.bandit", call=levers),
    Preset(
        "kinds_of_learning.price",
        (LABELS,),
        (LABELS, LabelsSpec(labels=(0, 1, 2, 3, 0, 1, 2, 3, 0, 1))),
    ),
    Preset(
        "kinds_of_learning.self_supervised",
        tuple(ROTATIONS.values()),
        (RotationSpec(train_size=40, epochs=1),),
    ),
    Preset("kinds_of_learning.regression", call=line),
    Preset("kinds_of_learning.dimension_reduction", call=flat),
    Preset("kinds_of_learning.association_rules", call=rules),
)
