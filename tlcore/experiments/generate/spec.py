"""Specs of the lesson on generating: tasks as text to text, prompts with examples, writing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from tlcore.catalog import hub_files, objective_models
from tlcore.data.texts import mixture, samples
from tlcore.ground.errors import UserError
from tlcore.training import spec_problems
from tlcore.training.spec_base import RUN_ID, SEED, Spec

WRITERS = ("causal", "span")  # objectives whose model can write a text
LONGEST, LONGEST_QUESTION, LONGEST_WORD, LONGEST_READ = 600, 150, 30, 1_500  # characters
MOST_EXAMPLES = 8

Task = Literal["sentiment", "question", "translate"]


class ToTextSpec(Spec):
    """One small model fine-tuned on three tasks at once, told apart by a prefix
    (tlcore.experiments.generate.run.to_text_score)."""

    kind: Literal["to_text"] = "to_text"
    model: Literal["causal", "span"] = "causal"
    start: Literal["pretrained", "scratch"] = "pretrained"
    steps: int = Field(150, ge=1, le=3_000, description="of 8 texts of each task")
    asked: int = Field(40, ge=2, le=200, description="held-out, and written, texts of each task")
    seed: int = SEED

    @property
    def texts(self) -> str:
        """Names weights and written sets; belongs to the hash of the run."""
        weights = objective_models.fingerprint((self.model,)) if self.start == "pretrained" else ""
        return weights + _written()

    def problems(self) -> list[spec_problems.Problem]:
        if self.start == "pretrained" and self.model not in objective_models.there():
            known = ", ".join(n for n in WRITERS if n in objective_models.there()) or "-"
            return [("objectives.models", {"given": self.model, "known": known})]
        return []

    @classmethod
    def still_there(cls, run_id: str, brief: Mapping[str, Any], folder: Path) -> bool:
        """Its weights make room for new ones."""
        return (folder / mixture.WEIGHTS).is_file()


class ToTextAskSpec(Spec):
    """What the model of such a run writes to a reader's text
    (tlcore.experiments.generate.run.to_text_ask)."""

    lane = "quick"
    kind: Literal["to_text_ask"] = "to_text_ask"
    run: str = RUN_ID
    task: Task = "sentiment"
    text: str = "The soup was cold, and the waiter was rude."
    question: str = Field("", description="for the task `question`: behind the text")

    @property
    def given(self) -> str:
        return mixture.asked_of(self.text, self.question) if self.task == "question" else self.text

    def problems(self) -> list[spec_problems.Problem]:
        found: list[spec_problems.Problem] = []
        if not self.text.strip() or (self.task == "question" and not self.question.strip()):
            found.append(("generate.empty", {}))
        if len(self.text) > LONGEST:
            found.append(("generate.long", {"given": len(self.text), "most": LONGEST}))
        if len(self.question) > LONGEST_QUESTION:
            told = {"given": len(self.question), "most": LONGEST_QUESTION}
            found.append(("generate.long", told))
        return found


class PromptScoreSpec(Spec):
    """Score against the number of examples in the prompt
    (tlcore.experiments.generate.run.prompt_score)."""

    kind: Literal["prompt_score"] = "prompt_score"
    examples: tuple[int, ...] = (0, 1, 2, 4, 8)
    prompts: int = Field(400, ge=20, le=2_000, description="of each kind and number of examples")
    seed: int = SEED

    @property
    def texts(self) -> str:
        return _prompts()

    def problems(self) -> list[spec_problems.Problem]:
        if not self.examples or not all(0 <= n <= MOST_EXAMPLES for n in self.examples):
            return [("generate.examples", {"most": MOST_EXAMPLES})]
        return []


class PromptAskSpec(Spec):
    """A reader's own prompt: examples, then a word (tlcore.experiments.generate.run.prompt_ask)."""

    lane = "quick"
    kind: Literal["prompt_ask"] = "prompt_ask"
    examples: tuple[tuple[str, str], ...] = (
        ("apple", "radio"),
        ("violin", "window"),
        ("plum", "radio"),
        ("drum", "window"),
    )
    word: str = "pear"

    @property
    def texts(self) -> str:
        return _prompts()

    def problems(self) -> list[spec_problems.Problem]:
        words = [self.word, *(word for pair in self.examples for word in pair)]
        if len(self.examples) > MOST_EXAMPLES:
            return [("generate.examples", {"most": MOST_EXAMPLES})]
        if any(not w or w != w.strip() or " " in w or len(w) > LONGEST_WORD for w in words):
            return [("generate.word", {"most": LONGEST_WORD})]
        return []


class WriteSpec(Spec):
    """A model of the hub that is on this disk: T5-small summarises, GPT-2 goes on with a dialogue
    (tlcore.experiments.generate.run.hub_write)."""

    kind: Literal["write"] = "write"
    model: Literal["t5_small", "gpt2"] = "t5_small"
    text: str = "The town has voted to keep its only cinema. Each resident bought a share in it."
    pieces: int = Field(40, ge=1, le=120, description="most that is written")
    warmth: float = Field(0.0, ge=0, le=2, description="0: always the likeliest piece; else drawn")
    seed: int = SEED

    @property
    def texts(self) -> str:
        """Names the weights.  Raises UserError("hub.absent") where they are not here."""
        if not hub_files.present(self.model):
            raise hub_files.absent(self.model)
        return hub_files.weights(self.model)

    def problems(self) -> list[spec_problems.Problem]:
        if not self.text.strip():
            return [("generate.empty", {})]
        if len(self.text) > LONGEST_READ:
            return [("generate.long", {"given": len(self.text), "most": LONGEST_READ})]
        return []


PROMPTS = objective_models.FOLDER / "text-prompts.json"


def _prompts() -> str:
    """Names the weights.  Raises UserError("generate.no_prompts") where there are none."""
    if not PROMPTS.exists():
        raise UserError("generate.no_prompts")
    read = hashlib.sha256(PROMPTS.read_bytes()).hexdigest()
    return read + objective_models.fingerprint(("causal", "skipgram"))


@cache
def _written() -> str:
    names = ("sentiment.csv", "questions.json", "translation.csv")
    return hashlib.sha256(b"".join((samples.FOLDER / n).read_bytes() for n in names)).hexdigest()
