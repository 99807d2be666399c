"""Specs of the text lessons' own measurements: layers, cost of a step, spread."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tlcore import catalog
from tlcore.training import spec_problems
from tlcore.training.spec_base import SEED, Spec


class TextCostSpec(Spec):
    """What a step costs by what learns, measured on this machine
    (tlcore.experiments.text.run.costs)."""

    kind: Literal["text_cost"] = "text_cost"
    backbone: str = "minilm"
    batch: int = Field(16, ge=2, le=64, description="texts a step")
    tokens: int = Field(32, ge=4, le=128, description="of each text")

    def problems(self) -> list[spec_problems.Problem]:
        if self.backbone in catalog.texts():
            return []
        known = ", ".join(catalog.texts())
        return [("backbone.unknown", {"given": self.backbone[:40], "known": known})]


class TextLayersSpec(Spec):
    """Texts through every layer once; a head solved on each, with few and with many labels
    (tlcore.experiments.text.run.probes)."""

    kind: Literal["text_layers"] = "text_layers"
    backbone: str = "minilm"
    data: str = "reviews"
    train_size: int = Field(240, ge=20, le=2_000, description="training texts, at the most")
    draws: int = Field(5, ge=2, le=20, description="how often fewer labels are drawn")
    seed: int = SEED

    def problems(self) -> list[spec_problems.Problem]:
        return spec_problems.of_texts_only(self.backbone, self.data, self.train_size)


class TextSpreadSpec(Spec):
    """Few labelled texts, many seeds, nine ways of learning: how far apart the runs end
    (tlcore.experiments.text.ways)."""

    kind: Literal["text_spread"] = "text_spread"
    backbone: str = "text-masked"
    data: str = "template_reviews"
    train_size: int = Field(40, ge=20, le=240, description="training texts, the same for all")
    seeds: int = Field(8, ge=2, le=30, description="runs of each way")
    epochs: int = Field(6, ge=1, le=40, description="passes over the training texts")
    times: float = Field(20, gt=0, le=1_000, description="times the usual rate")
    seed: int = SEED

    @property
    def experiment(self) -> str:
        """Results of before there were nine ways are found by their links, not by a new start."""
        return "nine ways"

    def problems(self) -> list[spec_problems.Problem]:
        return spec_problems.of_texts_only(self.backbone, self.data, self.train_size)
