"""Specs of the other heads on a text encoder: names in a sentence, an answer in a passage."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Literal

from pydantic import Field

from tlcore import catalog
from tlcore.data.corpus import lexicon
from tlcore.data.texts import samples
from tlcore.training import spec_problems
from tlcore.training.spec_base import SEED, Spec

Task = Literal["entities", "questions"]
LONGEST_TEXT, LONGEST_QUESTION = 600, 150  # characters


class OfHeads(Spec):
    """`layer`: block behind the embeddings whose vectors the head reads; 0 is the embeddings."""

    task: Task = "entities"
    backbone: str = "minilm"
    layer: int = Field(4, ge=0, description="of the encoder, whose vectors the head reads")

    @property
    def texts(self) -> str:
        """Names the sentences that are learned from; belongs to the hash of the run."""
        return _written()

    def problems(self) -> list[spec_problems.Problem]:
        if self.backbone not in catalog.texts():
            known = ", ".join(catalog.texts())
            return [("backbone.unknown", {"given": self.backbone[:40], "known": known})]
        most = len(catalog.backbone(self.backbone).blocks) - 1
        if self.layer > most:
            return [("heads.layer", {"given": self.layer, "most": most})]
        return []


class TextHeadSpec(OfHeads):
    """A head of this task on frozen features: learned from generated texts and from written ones,
    asked of written ones that it has not seen (tlcore.experiments.text.heads.run)."""

    kind: Literal["text_head"] = "text_head"
    generated: int = Field(600, ge=20, le=2_000, description="generated texts to learn from")
    written: int | None = Field(None, ge=20, description="written texts; none: all")
    seed: int = SEED


class TextAskSpec(OfHeads):
    """The reader's own sentence, or question about a text, answered by a head that learned from
    all the written texts (tlcore.experiments.text.heads.run)."""

    lane = "quick"
    kind: Literal["text_ask"] = "text_ask"
    text: str = "Ingrid Solberg left Kestrel Airlines and went back to Bergen."
    question: str = ""

    def problems(self) -> list[spec_problems.Problem]:
        found = super().problems()
        for name, given, most in (
            ("text", self.text, LONGEST_TEXT),
            ("question", self.question, LONGEST_QUESTION),
        ):
            if len(given) > most:
                found.append((f"heads.{name}_long", {"given": len(given), "most": most}))
        if not any(letter.isalnum() for letter in self.text):
            found.append(("heads.no_text", {}))
        if self.task == "questions" and not any(map(str.isalnum, self.question)):
            found.append(("heads.no_question", {}))
        return found


@cache
def _written() -> str:
    """Of the written sets, and of the lists that the generator draws from."""
    files = [samples.FOLDER / name for name in ("entities.json", "questions.json")]
    files.append(lexicon.FOLDER / "corpus.json")
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
