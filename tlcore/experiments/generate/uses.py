"""Which use of a language model runs here with which model, and which needs one of the hub.

Where a page's models come from is read from the catalogue and from the files that are there.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import mean

from tlcore import catalog
from tlcore.catalog import hub_files, objective_models, stored
from tlcore.data.texts import overlap, samples


@dataclass(frozen=True)
class Use:
    """`here`: models that need no internet; `hub`: those that do the same at their real size."""

    id: str
    page: str
    here: tuple[str, ...]
    hub: tuple[str, ...]


USES = (
    Use("sentiment", "fine_tune_text", ("minilm", "text-masked"), ("bert_base", "distilbert_base")),
    Use("documents", "fine_tune_text", ("minilm", "text-masked"), ("bert_base", "distilbert_base")),
    Use("answers", "fine_tune_text", ("minilm",), ("bert_base",)),
    Use("entities", "fine_tune_text", ("minilm",), ("bert_base",)),
    Use("translation", "generate", ("text-causal", "text-span"), ()),
    Use("summary", "generate", (), ("t5_small",)),
    Use("dialogue", "generate", (), ("gpt2",)),
)


def there(model: str) -> bool:
    """Whether its weights are on this disk."""
    if model.startswith("text-"):
        return model.removeprefix("text-") in objective_models.there()
    return hub_files.present(model) if catalog.backbone(model).hub else stored.present(model)


def megabytes(model: str) -> int:
    """To download, 2**20 bytes, rounded; 0 where that is not known."""
    return round(catalog.backbone(model).megabytes or 0)


def command(model: str) -> str:
    return f"python -m tlcore fetch {model}"


@dataclass(frozen=True)
class Baseline:
    """Mean ROUGE-1 (F1 of single words) of a summary that needs no model."""

    name: str
    rouge1: float
    texts: int


def first_sentence(text: str) -> str:
    return text.split(". ")[0].rstrip(".") + "."


def summaries() -> tuple[Baseline, ...]:
    """Of the written passages against their written summary: their first sentence, the whole text,
    and the summary of the next passage, which shares no more than any text would."""
    known = samples.summaries()
    told = {
        "first": [first_sentence(one.text) for one in known],
        "whole": [one.text for one in known],
        "other": [one.summary for one in (*known[1:], known[0])],
    }
    return tuple(
        Baseline(
            name,
            round(mean(overlap.f1(s, one.summary) for s, one in zip(said, known, strict=True)), 4),
            len(known),
        )
        for name, said in told.items()
    )
