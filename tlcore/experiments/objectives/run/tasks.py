"""The same labelled texts for every small model: what its pre-training is worth with few labels.

Each model reads every text once; the mean of its last vectors over the words goes into a head that
is solved (tlcore.training.engine.solve).  Beside them two that know nothing of the corpus:

    untrained    the masked model with random weights, its head solved like the others'
    scratch      the same, trained whole on the labels alone; it is the dear one: a single draw,
                 and not at every number of labels

An accuracy is the mean over the draws of which texts are labelled.  Its interval holds both what
other draws and what other test texts would change: the squares of the two halves are added.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional as F

from tlcore.data.corpus.texts import batches
from tlcore.data.draw import stratified
from tlcore.data.texts import reading
from tlcore.data.texts.reading import PAD
from tlcore.experiments.objectives import spec as spec_objectives
from tlcore.ground.spread import half
from tlcore.networks import seeds
from tlcore.networks.language import small
from tlcore.networks.text.text_blocks import mean_over_words
from tlcore.networks.text.text_small import SHAPES
from tlcore.training import class_scores
from tlcore.training.engine import solve

if TYPE_CHECKING:
    from tlcore.experiments.objectives.spec import ObjectiveTasksSpec

UNTRAINED, SCRATCH = "untrained", "scratch"
LIKE = "masked"  # what these two are built like
# Of the model that learns from labels alone.  On 200 training documents, asked of 100 others, 60
# steps at 1e-3 named 52 right, at 3e-3 40.
PIECES_A_STEP, LR = 800, 1e-3
PIECES = 4_096  # read at a time

Row = dict[str, Any]
Floats = npt.NDArray[np.float64]


def rows(spec: ObjectiveTasksSpec, data_dir: Path, folder: Path) -> Iterator[Row]:
    """Progress, then for each model its accuracy by number of labels; nothing is written."""
    known, test = spec_objectives.pool(spec.data), spec_objectives.asked_texts(spec.data)
    classes = sorted({label for _, label in known})
    labels, right = (
        torch.tensor([classes.index(label) for _, label in part]) for part in (known, test)
    )
    read = reading.encode([text for text, _ in (*known, *test)])
    ids = torch.from_numpy(read.ids)
    everyone = [*spec.asked, UNTRAINED, SCRATCH]
    shares: dict[str, list[list[Floats]]] = {}  # model -> by size, by draw: right or not, a text
    for number, name in enumerate(everyone):
        yield {"kind": "progress", "part": name, "done": number, "of": len(everyone)}
        draws = [_draws(labels, count, spec, name) for count in counts(spec, name)]
        if name == SCRATCH:
            shares[name] = [
                [_learned(ids, labels, right, picks, spec) for picks in some] for some in draws
            ]
            continue
        vectors = pooled(_blocks(name, spec.seed), ids)
        train, ask = vectors[: len(known)], vectors[len(known) :]
        shares[name] = [
            [_headed(train[picks], labels[picks], ask, right) for picks in some] for some in draws
        ]
    yield {
        "kind": "result",
        "status": "finished",
        "data": spec.data,
        "classes": classes,
        "labels": list(spec.labels),
        "asked": len(test),
        "cut": sum(read.cut),
        "steps": spec.steps,
        "chance": round(class_scores.commonest(right.tolist()), 4),
        "curves": {name: _curve(shares[name], counts(spec, name)) for name in everyone},
        "gains": {name: _gains(shares, name, spec) for name in everyone if name != UNTRAINED},
        "apart": [_apart(shares, spec.asked, at) for at in range(len(spec.labels))],
    }


def _blocks(name: str, seed: int) -> nn.Sequential:
    if name == UNTRAINED:
        return small.build(LIKE, seed).blocks
    return small.trained(name)[0].blocks


def counts(spec: ObjectiveTasksSpec, name: str) -> tuple[int, ...]:
    """Numbers of labels at which this model is asked."""
    return spec.labels[::2] if name == SCRATCH else spec.labels


def _draws(
    labels: torch.Tensor, count: int, spec: ObjectiveTasksSpec, name: str
) -> list[torch.Tensor]:
    """Which texts are labelled: the same for every model; all of them can be drawn only once."""
    many = 1 if count >= len(labels) or name == SCRATCH else spec.draws
    return [
        torch.from_numpy(stratified(labels.numpy(), count, spec.seed + draw, "objectives"))
        for draw in range(many)
    ]


def steps_with(labels: int, spec: ObjectiveTasksSpec) -> int:
    """Fewer labels are learned by heart sooner: the root of their share."""
    return max(1, round(spec.steps * math.sqrt(labels / max(spec.labels))))


def pooled(blocks: nn.Sequential, ids: torch.Tensor) -> torch.Tensor:
    """Texts (N, T) -> (N, D), those of about one length read together."""
    blocks.eval()
    lengths = (ids != PAD).sum(1)
    found: list[torch.Tensor | None] = [None] * len(ids)
    dice = seeds.generator(0, "language", "tasks")
    with torch.no_grad():
        for numbers in batches(lengths.numpy(), PIECES, dice):
            longest = int(lengths[torch.from_numpy(numbers)].max())
            vectors = mean_over_words(blocks(ids[torch.from_numpy(numbers), :longest]))
            for number, vector in zip(numbers, vectors, strict=True):
                found[int(number)] = vector
    return torch.stack([vector for vector in found if vector is not None])


def _headed(
    train: torch.Tensor, labels: torch.Tensor, ask: torch.Tensor, right: torch.Tensor
) -> Floats:
    """1 for each test text that the solved head names right, else 0."""
    weight, bias = solve.solve(train, labels, int(right.max()) + 1)
    return _right((ask.double() @ weight.T + bias).argmax(1), right)


def _learned(
    ids: torch.Tensor,
    labels: torch.Tensor,
    right: torch.Tensor,
    picks: torch.Tensor,
    spec: ObjectiveTasksSpec,
) -> Floats:
    """The same of a model that begins with random weights and learns as a whole."""
    blocks = small.build(LIKE, spec.seed).blocks
    with seeds.fork(spec.seed, "language", "head"):
        head = nn.Linear(SHAPES[LIKE][0], int(right.max()) + 1)
    optimizer = torch.optim.AdamW([*blocks.parameters(), *head.parameters()], lr=LR)
    dice = seeds.generator(spec.seed, "language", "scratch")
    blocks.train()
    lengths = (ids[picks] != PAD).sum(1).numpy()
    left = steps_with(len(picks), spec)
    while left:
        for numbers in batches(lengths, PIECES_A_STEP, dice)[:left]:
            part = picks[torch.from_numpy(numbers)]
            shown = ids[part][:, : int(lengths[numbers].max())]
            loss = F.cross_entropy(head(mean_over_words(blocks(shown))), labels[part])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            left -= 1
    with torch.no_grad():
        return _right(head(pooled(blocks, ids[len(labels) :])).argmax(1), right)


def _right(said: torch.Tensor, right: torch.Tensor) -> Floats:
    found: Floats = (said == right).numpy().astype(np.float64)
    return found


def _curve(found: Sequence[Sequence[Floats]], labels: Sequence[int]) -> list[Row]:
    return [
        {"labels": count, **_spread(draws), "draws": len(draws)}
        for count, draws in zip(labels, found, strict=True)
    ]


def _gains(shares: dict[str, list[list[Floats]]], name: str, spec: ObjectiveTasksSpec) -> list[Row]:
    """Over the untrained model, text by text and draw by draw."""
    told = []
    for count, draws in zip(counts(spec, name), shares[name], strict=True):
        none = shares[UNTRAINED][spec.labels.index(count)]
        told.append({"labels": count, **_difference(draws, none)})
    return told


def _apart(shares: dict[str, list[list[Floats]]], models: Sequence[str], at: int) -> Row:
    """The best of the pre-trained at one number of labels, and how far each other is behind."""
    best = max(models, key=lambda name: float(np.mean(shares[name][at])))
    behind = {
        name: _difference(shares[best][at], shares[name][at]) for name in models if name != best
    }
    return {"best": best, "behind": behind}


def _difference(some: Sequence[Floats], other: Sequence[Floats]) -> Row:
    """Of draws that both have; paired by draw and by text."""
    told = _spread([a - b for a, b in zip(some, other, strict=False)])
    return {"mean": told["accuracy"], "half": told["half"]}


def _spread(draws: Sequence[Floats]) -> Row:
    """Mean over draws and texts, and half of its 95 % interval."""
    by_text, by_draw = np.mean(draws, axis=0), [float(one.mean()) for one in draws]
    of_draws = half(by_draw) if len(by_draw) > 1 else 0.0
    of_texts = 1.96 * float(by_text.std(ddof=1)) / math.sqrt(len(by_text))
    told = math.hypot(of_draws, of_texts)
    return {"accuracy": round(mean(by_draw), 4), "half": round(told, 4)}
