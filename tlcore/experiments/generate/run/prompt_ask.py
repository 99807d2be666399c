"""A reader's own prompt: what the model trained on prompts expects, and the one that was not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from tlcore.data.texts import reading, word_tasks
from tlcore.experiments.generate.run.prompt_score import written
from tlcore.networks.language import prompts, small
from tlcore.networks.language.pieces import pieces
from tlcore.networks.language.writing import of_decoder

if TYPE_CHECKING:
    from tlcore.experiments.generate.spec import PromptAskSpec

OTHERS = 3  # likeliest labels that do not stand in the prompt
Row = dict[str, Any]


@torch.no_grad()
def rows(spec: PromptAskSpec, data_dir: Path, folder: Path) -> Iterator[Row]:
    """The result; nothing is written."""
    model, _ = prompts.trained()
    plain, _ = small.trained("causal")
    named = list(dict.fromkeys(label for _, label in spec.examples))
    labels = [*named, *(w for w in word_tasks.labels() if w not in named)]
    shares = expected(model, spec.examples, spec.word, labels)
    best = sorted(labels[len(named) :], key=lambda w: -shares[w])[:OTHERS]
    text = written(spec.examples, spec.word)
    ids = torch.from_numpy(reading.encode([text]).ids)[:, :-1]  # it goes on
    likely = torch.softmax(of_decoder(plain.whole)(ids)[0].double(), 0)
    words = [word for word, _ in spec.examples]
    alike = prompts.vectors([spec.word, *words]) @ prompts.vectors([spec.word])[0]
    yield {
        "kind": "result",
        "status": "finished",
        "prompt": text,
        "labels": [
            {
                "label": label,
                "shown": label in named,
                "trained": round(shares[label], 4),
                "plain": float(f"{float(likely[pieces(label)[0]]):.3g}"),
            }
            for label in [*named, *best]
        ],
        "nearest": [
            {"word": word, "label": label, "alike": round(float(value), 4)}
            for (word, label), value in zip(spec.examples, alike[1:], strict=True)
        ],
    }


def expected(
    model: prompts.Prompted, examples: Any, word: str, labels: list[str]
) -> dict[str, float]:
    """Probability of each label behind the prompt, of all `labels` together 1."""
    words = prompts.vectors([*(w for w, _ in examples), word])[None]
    told = prompts.vectors([label for _, label in examples])[None] if examples else words[:, :0]
    scores = model(words, told)[0, -1] @ prompts.vectors(labels).T
    return dict(zip(labels, torch.softmax(scores.double(), 0).tolist(), strict=True))
