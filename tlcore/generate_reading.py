"""What the runs of the lesson on generating say.  Hedged: a lead within the intervals is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tlcore.text.mixture import TASKS

Result = Mapping[str, Any]
MEASURE = {"sentiment": "exact", "question": "f1", "translate": "f1"}  # what a task is judged by
BASELINES = ("usual", "copy", "nearest")


def value(result: Result, of: str, task: str, by: str = "model") -> tuple[float, float]:
    """Score and half of its interval, by the measure of the task."""
    row, measure = result["scores"][of][task]["by"][by], MEASURE[task]
    return row[measure], row[f"{measure}_half"]


def best_baseline(result: Result, of: str, task: str) -> str:
    return max(BASELINES, key=lambda name: value(result, of, task, name)[0])


def ahead(first: tuple[float, float], second: tuple[float, float]) -> int:
    """1: the first is clearly better; -1: clearly worse; 0: the intervals do not decide.

    Two independent means differ clearly when they are further apart than the root of the sum of
    both squared halves; the texts here are the same, so this asks for more than needed."""
    half = float((first[1] ** 2 + second[1] ** 2) ** 0.5)
    apart = first[0] - second[0]
    return 0 if abs(apart) <= half else 1 if apart > 0 else -1


def beyond_baseline(result: Result, of: str) -> dict[str, int]:
    """Of each task: is the model clearly ahead of the best baseline, behind it, or neither?"""
    return {
        task: ahead(
            value(result, of, task),
            value(result, of, task, best_baseline(result, of, task)),
        )
        for task in TASKS
    }


def transfer(pretrained: Result, scratch: Result, of: str) -> dict[str, int]:
    """Of each task: is the pre-trained one clearly ahead of the same model from scratch?"""
    return {task: ahead(value(pretrained, of, task), value(scratch, of, task)) for task in TASKS}


def learns_from_prompt(result: Result, kind: str) -> bool | None:
    """With most examples: is the trained model clearly above chance and above its own score with
    exchanged labels?  None where no number of examples but 0 was asked."""
    row = max(result["scores"][kind], key=lambda r: r["examples"])
    if not row["examples"]:
        return None
    chance = (result["chance"], 0.0)
    found = (row["trained"], row["trained_half"])
    shuffled = (row["shuffled"], row["shuffled_half"])
    return ahead(found, chance) > 0 and ahead(found, shuffled) > 0


def at_most(result: Result, kind: str) -> Mapping[str, Any]:
    """The row of most examples."""
    found: Mapping[str, Any] = max(result["scores"][kind], key=lambda r: r["examples"])
    return found
