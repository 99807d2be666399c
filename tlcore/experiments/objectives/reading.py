"""What the runs on objectives say: who agrees, what a position sees, who is ahead.  Hedged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tlcore.catalog.objective_models import HUB

Result = Mapping[str, Any]
# Of each model the view that stands for it in a table of all: what it was taught to do.
MAIN = {
    "masked": ("all",),
    "causal": ("left",),
    "bilstm": ("both",),
    "permutation": ("all",),
    "span": ("all", "then"),
    "skipgram": ("around",),
    "cooccurrence": ("near",),
    "bert_base": ("all",),
    "gpt2": ("left",),
}
Sight = Literal["all", "left", "right", "itself", "order", "other"]
CLEAR = 0.1  # two times that differ by less than this share are called alike
LONG = -1  # the length that is judged: the longest


def view(result: Result, objective: str, gap: int) -> Mapping[str, Any] | None:
    """The main view of a model for a gap; None where it has none."""
    for model in result["models"]:
        if model["objective"] == objective:
            for found in model["views"]:
                if found["id"] in MAIN[objective] and found["gap"] in (gap, None):
                    return found  # type: ignore[no-any-return]
    return None


def first_words(result: Result, gap: int) -> dict[str, str]:
    """The likeliest piece of each model that fills the gap."""
    found = {m["objective"]: view(result, m["objective"], gap) for m in result["models"]}
    return {
        name: one["candidates"][0]["piece"]
        for name, one in found.items()
        if one is not None and one["gap"] is not None
    }


def agreement(result: Result, gap: int) -> tuple[str, int, int] | None:
    """The word that most models put first, how many do, of how many; None of a single model."""
    words = list(first_words(result, gap).values())
    if len(words) < 2:
        return None
    best = max(words, key=words.count)
    return best, words.count(best), len(words)


def best_rank(result: Result) -> tuple[str, int, float] | None:
    """The small model that puts the asked word highest in the first gap: (objective, rank, share).

    The large ones count other pieces, and of their text it is not known what stood in it.
    """
    told = []
    for name in (name for name in first_words(result, 0) if name not in HUB):
        one = view(result, name, 0)
        if one is not None and one["asked"] is not None:
            told.append((one["asked"]["rank"], name, one["asked"]["value"]))
    if not told:
        return None
    rank, name, value = min(told)
    return name, rank, value


def filled_first(result: Result, objective: str) -> tuple[str, str, float, float] | None:
    """Of two gaps: what came into the first, then the best word of the second while the first was
    open, its share then, and its share once the first was filled.  None where that was not asked,
    or the word is not among those told any more."""
    views: list[Mapping[str, Any]] = []
    for model in result["models"]:
        if model["objective"] == objective:
            views = model["views"]
    open_ = next((v for v in views if v["id"] == "all" and v["gap"] == 1), None)
    then = next((v for v in views if v["id"] == "then"), None)
    if open_ is None or then is None:
        return None
    best = open_["candidates"][0]
    after = [c["value"] for c in then["candidates"] if c["piece"] == best["piece"]]
    return (then["filled"], best["piece"], best["value"], after[0]) if after else None


def sight(seen: Mapping[str, Any]) -> Sight:
    """The rule that what was measured follows, if it is one of those that have a name."""
    moved = seen["moved"]
    asked = rows(seen)
    order = seen.get("order")

    def follows(rule: Any) -> bool:
        return all((share > 0) == rule(i, j) for i in asked for j, share in enumerate(moved[i]))

    if follows(lambda i, j: True):
        return "all"
    if follows(lambda i, j: i == j):
        return "itself"
    if order is None:
        if follows(lambda i, j: j <= i):
            return "left"
        return "right" if follows(lambda i, j: j >= i) else "other"
    predicted = set(asked)
    earlier = follows(lambda i, j: j not in predicted or order[j] < order[i])
    return "order" if earlier else "other"


def rows(seen: Mapping[str, Any]) -> list[int]:
    """Positions of which something is predicted: the others say nothing, so nothing moves."""
    return [i for i, line in enumerate(seen["moved"]) if any(line)]


@dataclass(frozen=True)
class Ahead:
    """The best pre-trained model at a number of labels, and those not clearly behind it."""

    labels: int
    best: str
    accuracy: float
    tied: tuple[str, ...]


def ahead(result: Result, at: int) -> Ahead:
    told = result["apart"][at]
    tied = [name for name, one in told["behind"].items() if one["mean"] <= one["half"]]
    accuracy = result["curves"][told["best"]][at]["accuracy"]
    return Ahead(result["labels"][at], told["best"], accuracy, tuple(tied))


def clear_gains(result: Result, at: int) -> tuple[list[str], list[str]]:
    """Pre-trained models that are clearly better, and clearly worse, than the untrained one."""
    better, worse = [], []
    for name, gains in result["gains"].items():
        if name == "scratch":
            continue
        if gains[at]["mean"] > gains[at]["half"]:
            better.append(name)
        elif gains[at]["mean"] < -gains[at]["half"]:
            worse.append(name)
    return better, worse


def faster(result: Result) -> tuple[str, str, float, float] | None:
    """The recurrent model against the masked one at the longest length: who is faster, and both
    times in ms; "alike" within a tenth.  None where one of the two is missing."""
    ms = {model["objective"]: model["ms"][LONG] for model in result["models"]}
    if "bilstm" not in ms or "masked" not in ms:
        return None
    recurrent, attention = ms["bilstm"], ms["masked"]
    if abs(recurrent - attention) <= CLEAR * max(recurrent, attention):
        return "alike", "alike", recurrent, attention
    pair = ("bilstm", "masked") if recurrent < attention else ("masked", "bilstm")
    return *pair, recurrent, attention


def together(shares: Sequence[float]) -> float:
    """The probability of the likeliest words in both gaps, if each is guessed by itself."""
    found = 1.0
    for share in shares:
        found *= share
    return found
