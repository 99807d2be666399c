"""Specs of what is done beside the training: profile, explain, export, survey, take in, fetch."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tlcore import spec_problems
from tlcore.spec_base import RUN_ID, Checked, Frozen, OfPictures


class ProfileSpec(Frozen):
    """Measure how fast this machine runs one backbone, in each precision and memory format."""

    kind: Literal["profile"] = "profile"
    backbone: str = "clothing"


class ExplainSpec(Checked):
    """Why a trained network said what it said of one picture: probabilities and Grad-CAM."""

    kind: Literal["explain"] = "explain"
    run: str = RUN_ID
    picture: int | None = Field(None, ge=0, le=10_000_000, description="number in the test set")
    upload: str | None = Field(None, pattern=r"^[0-9a-f]{64}$", description="sha256 of a file")
    invert: bool = Field(False, description="dark on light becomes light on dark")
    target: int | None = Field(None, ge=0, le=100_000, description="class; None: the likeliest")
    block: int = Field(1, ge=1, le=1000, description="block whose output is looked at")

    def problems(self) -> list[spec_problems.Problem]:
        both_or_none = (self.picture is None) == (self.upload is None)
        return [("explain.one_picture", {})] if both_or_none else []


class ExportSpec(Frozen):
    """A file made of a run, to take home."""

    kind: Literal["export"] = "export"
    run: str = RUN_ID
    what: Literal["csv", "weights", "train_again", "report", "tensorboard"] = "csv"
    language: Literal["en", "ko"] = Field("en", description="of the words in it")


class SimilaritySpec(OfPictures):
    """How near a data set is to what a backbone knows, block by block (tlcore.similarity)."""

    kind: Literal["similarity"] = "similarity"


class SurveySpec(OfPictures):
    """What is in a data set: gallery, duplicates, what the backbone sees (tlcore.survey)."""

    kind: Literal["survey"] = "survey"


class TakeInSpec(Frozen):
    """Decode pictures that a reader brought, and keep what is good (tlcore.take_in)."""

    kind: Literal["take_in"] = "take_in"
    data: str = Field(pattern=r"^own-[0-9a-f]{32}$", description="id of the reader's own set")
    batch: str = Field(pattern=r"^[0-9a-f]{32}$", description="which delivery")
    at_the_server: bool = Field(False, description="brought by whoever sits at the server")


class FetchSpec(Frozen):
    """Download the weights of a backbone, or a data set (tlcore.downloads)."""

    kind: Literal["fetch"] = "fetch"
    what: Literal["backbone", "data"] = "backbone"
    name: str = Field(max_length=60, description="id of a row of the catalogue")
