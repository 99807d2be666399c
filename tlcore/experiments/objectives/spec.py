"""Specs of the lesson on objectives: what each small model predicts, sees, is worth, and costs."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from typing import Literal

from pydantic import Field

from tlcore.catalog import hub_files, objective_models
from tlcore.data.corpus import lexicon
from tlcore.data.texts import samples, text_sets
from tlcore.ground.errors import UserError
from tlcore.training import spec_problems
from tlcore.training.spec_base import SEED, Spec

GENERATED = ("template_reviews", "template_to_written")  # labels from templates
MOST_GENERATED = 2_000
BLANK = "[MASK]"
MOST_BLANKS, LONGEST, LONGEST_WORD = 2, 200, 30  # characters
_BLANKS = re.compile(r"\[mask\]|_{2,}", re.IGNORECASE)


def tidy(text: str) -> str:
    """As it is asked: on one line, and a gap that was drawn as ___ is a [MASK]."""
    return " ".join(_BLANKS.sub(BLANK, text).split())


class OfModels(Spec):
    """`models`: objectives of tlcore.catalog.objective_models; none: all that are there when it
    runs."""

    models: tuple[str, ...] = ()

    @property
    def asked(self) -> tuple[str, ...]:
        """Raises UserError("objectives.none") where there is no model."""
        if found := self.models or objective_models.there():
            return found
        raise UserError("objectives.none")

    @property
    def texts(self) -> str:
        """Names the weights; belongs to the hash of the run."""
        return objective_models.fingerprint(self.asked)

    def problems(self) -> list[spec_problems.Problem]:
        known = objective_models.there()
        unknown = [name for name in self.models if name not in known]
        if unknown:
            told = {"given": ", ".join(unknown)[:60], "known": ", ".join(known) or "-"}
            return [("objectives.models", told)]
        return []


class ObjectivesSpec(OfModels):
    """A sentence with one or two gaps: what every model puts there, and which words each of its
    positions can see (tlcore.experiments.objectives.run.predictions)."""

    lane = "quick"
    since_when = {"hub": ()}
    kind: Literal["objectives"] = "objectives"
    sentence: str = f"The cat is on the {BLANK}."
    word: str = Field("mat", description="the word whose probability is told beside the likeliest")
    hub: tuple[str, ...] = ()  # large models that are asked beside them, where they are here

    @property
    def texts(self) -> str:
        """Names their weights, too."""
        return super().texts + "".join(hub_files.weights(name) for name in self.hub)

    def problems(self) -> list[spec_problems.Problem]:
        found = super().problems()
        if unknown := [name for name in self.hub if name not in objective_models.of_hub()]:
            known = ", ".join(objective_models.of_hub()) or "-"
            found.append(("objectives.models", {"given": unknown[0][:60], "known": known}))
        blanks = self.sentence.count(BLANK)
        if len(self.sentence) > LONGEST:
            told = {"given": len(self.sentence), "most": LONGEST}
            found.append(("objectives.long", told))
        elif self.sentence != tidy(self.sentence) or not 1 <= blanks <= MOST_BLANKS:
            found.append(("objectives.blanks", {"given": blanks, "most": MOST_BLANKS}))
        if len(self.word) > LONGEST_WORD or self.word != self.word.strip() or " " in self.word:
            found.append(("objectives.word", {"most": LONGEST_WORD}))
        return found


class ObjectiveTasksSpec(OfModels):
    """The same labelled texts for every model: a head on its mean vector, with few labels and with
    many; beside it an untrained model, and one that learns from the labels alone
    (tlcore.experiments.objectives.run.tasks)."""

    kind: Literal["objective_tasks"] = "objective_tasks"
    data: Literal["reviews", "topics", "template_reviews", "template_to_written"] = "reviews"
    labels: tuple[int, ...] = (20, 50, 100, 200, 300)
    draws: int = Field(5, ge=2, le=20, description="how often fewer labels are drawn")
    steps: int = Field(
        110, ge=1, le=500, description="of the model that learns from labels alone, with most"
    )
    seed: int = SEED

    @property
    def texts(self) -> str:
        return super().texts + _written(self.data in GENERATED)

    def problems(self) -> list[spec_problems.Problem]:
        found = super().problems()
        most = len(pool(self.data))
        if not self.labels or not all(10 <= n <= most for n in self.labels):
            found.append(("objectives.labels", {"most": most}))
        return found


class ObjectiveStepsSpec(OfModels):
    """Steps that must follow one another, and milliseconds, by length
    (tlcore.experiments.objectives.run.steps)."""

    kind: Literal["objective_steps"] = "objective_steps"
    lengths: tuple[int, ...] = (8, 16, 32, 64, 128)
    texts_a_batch: int = Field(8, ge=1, le=64, description="texts that pass together")

    def problems(self) -> list[spec_problems.Problem]:
        found = super().problems()
        if not self.lengths or not all(4 <= n <= 128 for n in self.lengths):
            found.append(("objectives.lengths", {"most": 128}))
        return found


def pool(data: str) -> tuple[tuple[str, str], ...]:
    """(text, label) of the training texts."""
    return _pairs(data, samples.TRAIN)


def asked_texts(data: str) -> tuple[tuple[str, str], ...]:
    """(text, label) of the test texts."""
    return _pairs(data, samples.TEST)


@cache
def _generated(data: str, split: str) -> tuple[tuple[str, str], ...]:
    """Training texts: the first of each class, as many of one as of the other."""
    found = text_sets.read(data)
    part = found.pool if split == samples.TRAIN else found.test
    pairs = [
        (text, found.classes[label]) for text, label in zip(part.texts, part.labels, strict=True)
    ]
    if split == samples.TEST:
        return tuple(pairs)
    each = MOST_GENERATED // len(found.classes)
    return tuple(
        pair for name in found.classes for pair in [p for p in pairs if p[1] == name][:each]
    )


def _pairs(data: str, split: str) -> tuple[tuple[str, str], ...]:
    if data in GENERATED:
        return _generated(data, split)
    if data == "reviews":
        return tuple((one.text, one.label) for one in samples.reviews(split))
    return tuple((one.text, one.topic) for one in samples.documents(split))


@cache
def _written(generated: bool) -> str:
    """`generated`: the lists that templates draw from belong to it too."""
    files = [samples.FOLDER / name for name in ("sentiment.csv", "topics.csv")]
    if generated:
        files.append(lexicon.FOLDER / "corpus.json")
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
