"""Specs of the learning-rate page: two sensitivity strips in one run, and the sweep of a finder.

Each is told by a module of tlcore (tlcore.runs.registry) as rows, the result last.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tlcore.training.spec_base import OfPictures


class RatesSpec(OfPictures):
    """Score against learning rate: a head alone, and every block
    (tlcore.experiments.learning_rate.run.rates).

    Seed k of a strip is `seed` + k: it draws the pictures, the head and the order, as in a
    fine-tune of that seed.
    """

    kind: Literal["rates"] = "rates"
    backbone: str = "clothing"
    data: str = "digits"
    train_size: int = Field(40, ge=4, le=2_000, description="training pictures")
    head_rates: int = Field(20, ge=2, le=40, description="rates of the strip of the head")
    head_seeds: int = Field(5, ge=2, le=10, description="draws of the strip of the head")
    head_epochs: int = Field(60, ge=1, le=400, description="passes of a head over the pictures")
    all_rates: int = Field(6, ge=2, le=20, description="rates of the strip of every block")
    all_seeds: int = Field(3, ge=2, le=10, description="draws of the strip of every block")
    all_epochs: int = Field(8, ge=1, le=60, description="passes of every block")


class FinderSpec(OfPictures):
    """Loss at a rate that grows step by step until the loss explodes
    (tlcore.experiments.learning_rate.run.finder)."""

    kind: Literal["finder"] = "finder"
    backbone: str = "clothing"
    data: str = "digits"
    train_size: int = Field(100, ge=4, le=2_000, description="training pictures")
    learns: Literal["head_only", "everything"] = Field("everything", description="at this rate")
    steps: int = Field(80, ge=10, le=400, description="from the lowest rate to the highest")


class PairsSpec(OfPictures):
    """What one setting is worth: with it and without, seed by seed
    (tlcore.experiments.learning_rate.run.pairs)."""

    kind: Literal["pairs"] = "pairs"
    backbone: str = "clothing"
    data: str = "digits"
    train_size: int = Field(40, ge=4, le=2_000, description="training pictures")
    effect: Literal[
        "layer_decay", "weight_decay", "l2_sp", "dropout", "label_smoothing", "augment"
    ] = Field("layer_decay", description="what is changed")
    seeds: int = Field(5, ge=2, le=10, description="pairs")
    epochs: int = Field(10, ge=1, le=60, description="passes over the pictures")
