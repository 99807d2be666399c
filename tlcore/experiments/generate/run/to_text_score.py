"""A run: fine-tune on three tasks, then score what the model writes, beside three baselines.

`folder` gets the weights, so that a reader can ask the model afterwards.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tlcore.data.texts import mixture, overlap
from tlcore.data.texts.mixture import Item
from tlcore.experiments.generate.reading import MEASURE
from tlcore.experiments.generate.run import to_text
from tlcore.experiments.generate.run.baselines import NAMES, Baselines
from tlcore.ground import difference
from tlcore.networks.language import small
from tlcore.networks.weights import write_embedded

if TYPE_CHECKING:
    from tlcore.experiments.generate.spec import ToTextSpec

EVERY = 5  # steps between two rows of progress
SHOWN = 4  # answers of each task that a result shows
Row = dict[str, Any]


def rows(spec: ToTextSpec, data_dir: Path, folder: Path) -> Iterator[Row]:
    """Progress with the loss, then the result."""
    yield {"kind": "progress", "part": "read", "done": 0, "of": spec.steps}
    known = mixture.training()
    data = to_text.known(known)
    pretrained = spec.start == "pretrained"
    model = small.trained(spec.model)[0] if pretrained else small.build(spec.model, spec.seed)
    losses: list[tuple[int, float]] = []
    kept: list[float] = []
    for step, lost in to_text.train(model, data, spec.steps, spec.seed):
        kept.append(lost)
        if step % EVERY == 0 or step == spec.steps:
            losses.append((step, round(sum(kept) / len(kept), 4)))
            kept.clear()
            yield {"kind": "progress", "part": "train", "done": step, "of": spec.steps}
    folder.mkdir(parents=True, exist_ok=True)
    write_embedded(folder / mixture.WEIGHTS, small.state(model.whole))
    baselines = Baselines(known)
    scores: dict[str, Any] = {}
    shown: list[Row] = []
    sets = {"held_out": mixture.held_out(spec.asked), "written": mixture.written(spec.asked)}
    for name, items in sets.items():
        told: list[tuple[Item, str]] = []
        for answer in to_text.answers(model, items):
            told.append(answer)
            if len(told) % to_text.AT_ONCE == 0:
                yield {"kind": "progress", "part": name, "done": len(told), "of": len(items)}
        scores[name] = {task: scored(task, told, baselines) for task in mixture.TASKS}
        shown += examples(name, told)
    yield {
        "kind": "result",
        "status": "finished",
        "model": spec.model,
        "start": spec.start,
        "steps": spec.steps,
        "texts_read": 3 * to_text.EACH * spec.steps,
        "known": len(known),
        "losses": losses,
        "scores": scores,
        "examples": shown,
    }


def scored(task: str, told: Sequence[tuple[Item, str]], baselines: Baselines) -> Row:
    """Of one task: exact matches and F1 of the model and of each baseline, with half intervals."""
    mine = [(item, said) for item, said in told if item.task == task]
    wanted = [item.wanted for item, _ in mine]
    others = baselines.say(task, [item.given for item, _ in mine])
    found = {"model": [said for _, said in mine], **{name: others[name] for name in NAMES}}
    each = {name: _each(task, said, wanted) for name, said in found.items()}
    judged = {name: values[MEASURE[task]] for name, values in each.items()}
    over = {name: difference.of_answers(judged["model"], judged[name]) for name in NAMES}
    return {
        "texts": len(mine),
        "by": {name: _score(values) for name, values in each.items()},
        # Of the same texts, so in pairs; `each` for whoever compares this run with another one.
        "over": {n: [round(v, 4) for v in (d.mean, d.low, d.high)] for n, d in over.items()},
        "each": [round(value, 4) for value in judged["model"]],
    }


def _each(task: str, said: Sequence[str], wanted: Sequence[str]) -> dict[str, list[float]]:
    """By measure: a value for every text."""
    unit: overlap.Unit = "letters" if task == "translate" else "words"
    pairs = list(zip(said, wanted, strict=True))
    return {
        "exact": [float(overlap.exact(a, b)) for a, b in pairs],
        "f1": [overlap.f1(a, b, unit) for a, b in pairs],
    }


def _score(each: Mapping[str, Sequence[float]]) -> Row:
    row: Row = {}
    for name, values in each.items():
        row[name], row[f"{name}_half"] = mean_and_half(values)
    return row


def mean_and_half(values: Sequence[float]) -> tuple[float, float]:
    """Mean, and half of its 95 % interval over texts (normal)."""
    n = len(values)
    mean = sum(values) / n
    spread = math.sqrt(sum((v - mean) ** 2 for v in values) / max(1, n - 1))
    return round(mean, 4), round(1.96 * spread / math.sqrt(n), 4)


def examples(name: str, told: Sequence[tuple[Item, str]]) -> list[Row]:
    """The first of each task, equal steps apart: not chosen by how well they went."""
    found = []
    for task in mixture.TASKS:
        mine = sorted((p for p in told if p[0].task == task), key=lambda p: p[0].given)
        count = min(SHOWN, len(mine))
        for item, said in (mine[n * len(mine) // count] for n in range(count)):
            found.append(
                {"of": name, "task": task, "given": item.given, "wanted": item.wanted, "said": said}
            )
    return found
