"""Measures one seed of claim 12: nine ways of fine-tuning on the same few texts."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from tlcore.data import sets
from tlcore.experiments.claims.said.few_texts import KEYS
from tlcore.experiments.text.presets import SPREAD
from tlcore.experiments.text.ways import WATCHED, spec
from tlcore.training import class_scores
from tlcore.training.transfer import fine_tune


def measure(seed: int, small: bool = False) -> Iterator[dict[str, Any]]:
    """Accuracies on the test texts; a run that diverged guesses the commonest answer."""
    asked = SPREAD.model_copy(update={"train_size": 20, "epochs": 1}) if small else SPREAD
    found = sets.load(asked.data, asked.train_size, asked.seed, backbone=asked.backbone)
    found = dataclasses.replace(found, val=found.val.first(WATCHED))
    chance = class_scores.commonest(found.test.labels.tolist())
    row: dict[str, Any] = {"seed": seed}
    for done, way in enumerate(KEYS):
        yield {"done": done, "of": len(KEYS)}
        score = fine_tune.test_accuracy(spec(asked, way, seed), found)
        row[way] = round(chance if score is None else score, 5)
    yield row
