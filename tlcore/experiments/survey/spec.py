"""What may be asked of a survey."""

from __future__ import annotations

from typing import Literal

from tlcore.training.spec_base import OfPictures


class SurveySpec(OfPictures):
    """What is in a data set: gallery, duplicates, what the backbone sees
    (tlcore.experiments.survey.run)."""

    lane = "quick"
    kind: Literal["survey"] = "survey"
