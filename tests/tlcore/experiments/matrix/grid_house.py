"""Rows of a grid as `tlcore.making.grid.measure` makes them, for tests: nothing is trained."""

from __future__ import annotations

import dataclasses
from typing import Any

from tlcore import catalog
from tlcore.experiments.matrix import evidence
from tlcore.experiments.matrix.grid import counsel, points, table
from tlcore.experiments.matrix.grid.points import Point
from tlcore.experiments.matrix.grid.situations import ACTIONS, Action, Situation

READ_ONCE = (
    *(table.read, evidence.cell, evidence.rows, evidence.situations),
    *(counsel.known, counsel.learned, counsel.scores),
)


def forget() -> None:
    """What was read and judged of another grid."""
    for found in READ_ONCE:
        found.cache_clear()


TEST_SECONDS = 0.5  # beside those that are asked for


def row(point: Point, accuracy: Any, seconds: float = 2.0, watched: int = 20) -> dict[str, Any]:
    recipe, classes = point.recipe, points.classes(point.data)
    return {
        **dataclasses.asdict(point),
        "per_class": float(point.size // classes),
        "classes": classes,
        "difficulty": 0.6,
        "rate_value": point.rate_value,
        "lr": recipe.lr,
        "head_lr": recipe.head_lr,
        "layer_decay": recipe.layer_decay,
        "epochs": recipe.epochs,
        "augment": recipe.augment,
        "test_accuracy": accuracy,
        "test_size": 700,
        "watched": watched,
        "cpu_seconds": seconds + TEST_SECONDS,
        "test_seconds": TEST_SECONDS,
        "learning_parameters": 100,
        "load": 0.5,
        "device": "cpu",
        "precision": "fp32",
        "machine": "Toy",
        "torch": "2.13.0",
        "engine": 3,
        "weights": catalog.backbone(point.backbone).fingerprint,
    }


def near(backbone: str, data: str, similarity: float) -> dict[str, Any]:
    return {
        "kind": "similarity",
        "backbone": backbone,
        "data": data,
        "similarity": similarity,
        "weights": catalog.backbone(backbone).fingerprint,
    }


def situation(
    data: str,
    per_class: float,
    similarity: float,
    best: Action,
    seeds: tuple[int, ...] = (0, 1, 2, 3),
    **more: Any,
) -> Situation:
    """`best` is right in .9, all others in .5; a head costs a tenth, everything 1, the rest .4,
    two fifths of it in short."""
    cost = {"earlier": 0.1, "head_only": 0.1, "everything": 1.0, "scratch": 1.0}
    accuracy = {a: dict.fromkeys(seeds, 0.9 if a == best else 0.5) for a in ACTIONS}
    return Situation(
        "clothing",
        data,
        round(10 * per_class),
        per_class,
        similarity,
        seeds,
        more.get("accuracy", accuracy),
        {a: cost.get(a.role, 0.4) * points.LENGTHS.get(a.rate, 1.0) for a in ACTIONS},
    )
