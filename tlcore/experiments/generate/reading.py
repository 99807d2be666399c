"""What the runs of the lesson on generating say.  Two ways that were asked the same are compared in
pairs, and told apart by the four words of tlcore.ground.difference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tlcore.data.texts.mixture import TASKS
from tlcore.ground import difference
from tlcore.ground.difference import Difference, Word

Result = Mapping[str, Any]
MEASURE = {"sentiment": "exact", "question": "f1", "translate": "f1"}  # what a task is judged by
BASELINES = ("usual", "copy", "nearest")


def value(result: Result, of: str, task: str, by: str = "model") -> tuple[float, float]:
    """Score and half of its interval, by the measure of the task."""
    row, measure = result["scores"][of][task]["by"][by], MEASURE[task]
    return row[measure], row[f"{measure}_half"]


def best_baseline(result: Result, of: str, task: str) -> str:
    return max(BASELINES, key=lambda name: value(result, of, task, name)[0])


def apart(first: tuple[float, float], second: tuple[float, float]) -> Difference:
    """Of two means with half of their intervals, as if they were of different texts: of an older
    run no more was kept.  Over the same texts that is wider, so the safer one."""
    one, other = ((mean, mean - half, mean + half) for mean, half in (first, second))
    return difference.apart(one, other)


def over_baseline(result: Result, of: str, task: str) -> Difference:
    """What the model has more than the best baseline, over the same texts."""
    best = best_baseline(result, of, task)
    if kept := result["scores"][of][task].get("over"):
        return Difference(*kept[best])
    return apart(value(result, of, task), value(result, of, task, best))


def beyond_baseline(result: Result, of: str) -> dict[str, Word]:
    """Of each task: is the model ahead of the best baseline, behind it, equal, or open?"""
    return {task: over_baseline(result, of, task).word for task in TASKS}


def transfer(pretrained: Result, scratch: Result, of: str) -> dict[str, Word]:
    """Of each task: the pre-trained one against the same model from scratch, text by text."""
    found: dict[str, Word] = {}
    for task in TASKS:
        one, other = (run["scores"][of][task].get("each") for run in (pretrained, scratch))
        if one and other and len(one) == len(other):
            found[task] = difference.of_answers(one, other).word
        else:
            found[task] = apart(value(pretrained, of, task), value(scratch, of, task)).word
    return found


def over_chance(result: Result, row: Mapping[str, Any], way: str) -> bool:
    """Whether this way is above chance, beyond the noise of the prompts."""
    gap = difference.around(row[way] - result["chance"], row[f"{way}_half"])
    return difference.word(gap.low, gap.high, margin=0) == "ahead"


def trained_over(row: Mapping[str, Any], way: str) -> Word:
    """The trained model against another way, over the same prompts."""
    if kept := row.get("over"):
        return Difference(*kept[way]).word
    return apart((row["trained"], row["trained_half"]), (row[way], row[f"{way}_half"])).word


def learns_from_prompt(result: Result, kind: str) -> bool | None:
    """With most examples: is the trained model above chance and above its own score with exchanged
    labels?  None where no number of examples but 0 was asked."""
    row = at_most(result, kind)
    if not row["examples"]:
        return None
    return over_chance(result, row, "trained") and trained_over(row, "shuffled") == "ahead"


def at_most(result: Result, kind: str) -> Mapping[str, Any]:
    """The row of most examples."""
    found: Mapping[str, Any] = max(result["scores"][kind], key=lambda r: r["examples"])
    return found
