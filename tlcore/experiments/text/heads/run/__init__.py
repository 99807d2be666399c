"""Two other heads on one frozen encoder: what they score on written texts that they did not see.

    rule       no model at all (tlcore.data.texts.marking)
    generated  learned from sentences that the project's templates made, asked of others of these
    carried    the same head, asked of the written texts
    written    learned from four fifths of the written texts, asked of the last fifth, five times
    capitals   the same with the capital letters told (names only)

Intervals are 95 % of 1,000 draws of texts with replacement; two questions of one passage are drawn
together.  They hold what other test texts would change, not what other training texts would.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tlcore.data.texts.marking import Name
from tlcore.experiments.text.heads.run import token_vectors
from tlcore.experiments.text.heads.run.head_tasks import (
    TASKS,
    Entities,
    Example,
    Floats,
    Questions,
)
from tlcore.experiments.text.heads.run.token_vectors import Read
from tlcore.networks import backbones
from tlcore.networks.text import tokens
from tlcore.training.engine.disk import FeatureStore

if TYPE_CHECKING:
    from tlcore.experiments.text.heads.spec import TextAskSpec, TextHeadSpec

Row = dict[str, Any]
Said = Sequence[tuple[Name, ...]]
FOLDS, DRAWS = 5, 1_000
SHOWN = 3  # texts that are right, and as many that are wrong
HELD = 0.2  # of the generated texts, asked instead of learned


def rows(spec: TextHeadSpec | TextAskSpec, data_dir: Path, folder: Path) -> Iterator[Row]:
    """Progress, then scores, or the answer to what the reader asked; `folder` gets nothing."""
    task, backbone = TASKS[spec.task], backbones.build(spec.backbone)
    disk = FeatureStore(data_dir / "cache")

    def read(examples: Sequence[Example], part: str) -> Any:
        questions = [e.question for e in examples] if spec.task == "questions" else None
        texts = [e.text for e in examples]
        kept = disk if part != "yours" else None
        return token_vectors.read(backbone, spec.layer, texts, questions, kept, part)

    written = task.written()
    if spec.kind == "text_ask":
        known = yield from read(written, "written")
        mine = [Example(spec.text, (), 0, spec.question)]
        found = yield from read(mine, "yours")
        yield _answered(spec, task, written, known, mine[0], found[0])
        return
    written = written[: spec.written]
    made = task.generated(spec.generated)
    known = yield from read(written, "written")
    other = yield from read(made, "generated")
    yield {"kind": "progress", "part": "heads", "done": 0, "of": 1}
    yield _scored(spec, task, (written, known), (made, other))


def _scored(
    spec: TextHeadSpec,
    task: Entities | Questions,
    written: tuple[list[Example], list[Read]],
    made: tuple[list[Example], list[Read]],
) -> Row:
    learned = len(made[0]) - round(HELD * len(made[0]))
    head = task.learn(made[0][:learned], made[1][:learned], "generated")
    rule = task.rule(written[0])
    held = _say(task, made[0][learned:], made[1][learned:], head, "generated")
    carried = _say(task, *written, head, "carried")
    own = crossed(task, *written, "written")
    ways = [
        _way("rule", task, written[0], rule, None, 0, spec.seed),
        _way("generated", task, made[0][learned:], held, None, learned, spec.seed),
        _way("carried", task, written[0], carried, rule, learned, spec.seed),
        _way("written", task, written[0], own, rule, _fold_size(written[0]), spec.seed),
    ]
    if spec.task == "entities":
        told = crossed(task, *written, "capitals")
        ways.append(_way("capitals", task, written[0], told, own, ways[-1]["learned"], spec.seed))
    return {
        "kind": "result",
        "status": "finished",
        "task": spec.task,
        "backbone": spec.backbone,
        "layer": spec.layer,
        "width": int(written[1][0].vectors.shape[1]),
        "cut": sum(read.cut for read in written[1]),
        "keeps_capitals": _keeps_capitals(spec.backbone),
        "ways": ways,
        "examples": _examples(task, written[0], own),
    }


def crossed(
    task: Entities | Questions, examples: Sequence[Example], reads: Sequence[Read], way: str
) -> Said:
    """What is said of each example by the head that learned from the other folds."""
    found: list[tuple[Name, ...]] = [()] * len(examples)
    for fold in range(FOLDS):
        out = [at for at, e in enumerate(examples) if e.group % FOLDS == fold]
        rest = [at for at, e in enumerate(examples) if e.group % FOLDS != fold]
        head = task.learn([examples[at] for at in rest], [reads[at] for at in rest], way)
        said = _say(task, [examples[at] for at in out], [reads[at] for at in out], head, way)
        for at, names in zip(out, said, strict=True):
            found[at] = names
    return found


def _keeps_capitals(backbone: str) -> bool:
    """Whether its tokenizer gives a capital a number of its own."""
    large, small = tokens.read(backbone, ["Oslo", "oslo"])
    return large.ids != small.ids


def _fold_size(examples: Sequence[Example]) -> int:
    return len(examples) - sum(e.group % FOLDS == 0 for e in examples)


def _say(
    task: Entities | Questions,
    examples: Sequence[Example],
    reads: Sequence[Read],
    head: Any,
    way: str,
) -> Said:
    pairs = zip(examples, reads, strict=True)
    return [tuple(name for name, _ in task.say(e, read, head, way)) for e, read in pairs]


def _way(
    name: str,
    task: Entities | Questions,
    examples: Sequence[Example],
    said: Said,
    against: Said | None,
    learned: int,
    seed: int,
) -> Row:
    """Scores with intervals; `over`: how far ahead of `against` on the same texts."""
    mine = _counts(task, examples, said)
    drawn = _draws(task, examples, mine, seed)
    whole = task.score(mine.sum(0))
    told: Row = {"way": name, "learned": learned, "asked": len(examples), "over": None}
    told["scores"] = {s: _interval(whole[s], drawn[s]) for s in task.scores}
    if against is not None:
        other = _counts(task, examples, against)
        theirs = _draws(task, examples, other, seed)
        gap = whole["f1"] - task.score(other.sum(0))["f1"]
        told["over"] = _interval(gap, drawn["f1"] - theirs["f1"])
    return told


def _counts(task: Entities | Questions, examples: Sequence[Example], said: Said) -> Floats:
    """(texts, what the task counts)."""
    return np.stack([task.count(e, names) for e, names in zip(examples, said, strict=True)])


def _draws(
    task: Entities | Questions, examples: Sequence[Example], counts: Floats, seed: int
) -> dict[str, Floats]:
    """Each score in DRAWS draws of groups, the same draws whatever is counted."""
    groups = np.unique([e.group for e in examples], return_inverse=True)[1]
    together = np.zeros((groups.max() + 1, counts.shape[1]))
    np.add.at(together, groups, counts)
    dice = np.random.default_rng(seed)
    picks = dice.integers(0, len(together), (DRAWS, len(together)))
    found = [task.score(together[pick].sum(0)) for pick in picks]
    return {score: np.array([one[score] for one in found]) for score in task.scores}


def _interval(value: float, draws: Floats) -> Row:
    low, high = np.percentile(draws, [2.5, 97.5])
    return {
        name: round(float(x), 4) for name, x in (("value", value), ("low", low), ("high", high))
    }


def _examples(task: Entities | Questions, examples: Sequence[Example], said: Said) -> list[Row]:
    """Of those with something to find: the first that are right, the first that are wrong."""
    found: list[Row] = []
    for right in (True, False):
        some = [
            {"text": e.text, "question": e.question, "truth": e.names, "said": names}
            for e, names in zip(examples, said, strict=True)
            if e.names and _right(task, e, names) == right
        ]
        found += [{**one, "right": right} for one in some[:SHOWN]]
    return found


def _right(task: Entities | Questions, example: Example, said: tuple[Name, ...]) -> bool:
    return all(value == 1 for value in task.score(task.count(example, said)).values())


def _answered(
    spec: TextAskSpec,
    task: Entities | Questions,
    written: list[Example],
    known: list[Read],
    mine: Example,
    found: Read,
) -> Row:
    """What heads say that learned from all written texts, and the rule beside them."""
    ways = ["written", "capitals"] if spec.task == "entities" else ["written"]
    told = []
    for way in ways:
        said = task.say(mine, found, task.learn(written, known, way), way)
        spans = [{"start": a, "end": b, "kind": k, "sure": round(s, 4)} for (a, b, k), s in said]
        told.append({"way": way, "spans": spans})
    rule = task.rule([*written, mine])[-1]  # of names it takes the kind that is most frequent
    told.append({"way": "rule", "spans": [{"start": a, "end": b, "kind": k} for a, b, k in rule]})
    return {
        "kind": "result",
        "status": "finished",
        "task": spec.task,
        "text": spec.text,
        "question": spec.question,
        "learned": len(written),
        "cut": found.cut,
        "read": found.spans[-1][1] if found.spans else 0,
        "ways": told,
    }
