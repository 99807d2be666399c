"""Names and answers as one kind of experiment: examples, a head, what it says, how that counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tlcore.data.corpus import corpus
from tlcore.data.texts import marking, samples
from tlcore.data.texts.marking import Name
from tlcore.experiments.text.heads.run import answer_head, entity_head
from tlcore.experiments.text.heads.run.token_vectors import Read

Floats = npt.NDArray[np.float64]
KIND = {"person": "person", "town": "place", "organisation": "organisation"}  # the corpus' words


@dataclass(frozen=True)
class Example:
    """`names`: (start, end, kind) in order; of a question one, its answer, without a kind.
    Examples of one `group` stay in one fold."""

    text: str
    names: tuple[Name, ...]
    group: int
    question: str = ""


class Entities:
    """Scored by name: its beginning, its end and its kind."""

    scores = ("f1", "where", "words")

    def written(self) -> list[Example]:
        return [
            Example(one.text, tuple((s.start, s.end, s.kind) for s in one.spans), at)
            for at, one in enumerate(samples.named())
        ]

    def generated(self, count: int) -> list[Example]:
        """A title belongs to the name, as in the written set."""
        found = []
        for at, one in enumerate(drawn("entity", count)):
            names = [(s.start, s.end, KIND[s.kind]) for s in one.spans if s.kind in KIND]
            whole = [
                (marking.with_title(one.text, a) if kind == "person" else a, b, kind)
                for a, b, kind in names
            ]
            found.append(Example(one.text, tuple(whole), at))
        return found

    def learn(self, examples: Sequence[Example], reads: Sequence[Read], way: str) -> Any:
        pairs = list(zip(examples, reads, strict=True))
        given = [entity_head.inputs(e.text, read, way == "capitals") for e, read in pairs]
        return entity_head.learn(given, [entity_head.labels(read, e.names) for e, read in pairs])

    def say(self, example: Example, read: Read, head: Any, way: str) -> list[tuple[Name, float]]:
        given = entity_head.inputs(example.text, read, way == "capitals")
        return entity_head.say(example.text, read, given, head)

    def rule(self, examples: Sequence[Example]) -> list[tuple[Name, ...]]:
        """Of all kinds the one that is most frequent in these very texts: that favours the rule."""
        kinds = [kind for e in examples for _, _, kind in e.names]
        most = max(marking.KINDS, key=kinds.count)
        return [tuple(marking.capitals(e.text, most)) for e in examples]

    def count(self, example: Example, said: Sequence[Name]) -> Floats:
        """Agreement on names, on where they are, words that are right, words."""
        places = marking.words(example.text)
        truth, told = (_kinds(places, names) for names in (example.names, said))
        right = sum(one == other for one, other in zip(truth, told, strict=True))
        where = [[(a, b) for a, b, _ in names] for names in (example.names, said)]
        found = (*marking.agreement(example.names, said), *marking.agreement(*where))
        return np.array([*found, right, len(places)], dtype=np.float64)

    def score(self, total: Floats) -> dict[str, float]:
        return {"f1": _f1(total[:3]), "where": _f1(total[3:6]), "words": total[6] / total[7]}


class Questions:
    """Scored by answer: exactly the same words, and the share of words that both have."""

    scores = ("f1", "exact")

    def written(self) -> list[Example]:
        return [
            Example(p.passage, ((q.start, q.start + len(q.text), ""),), at, q.ask)
            for at, p in enumerate(samples.passages())
            for q in p.questions
        ]

    def generated(self, count: int) -> list[Example]:
        found = []
        for at, one in enumerate(drawn("question", count)):
            spans = [(s.start, s.end, "") for s in one.spans if s.kind == "answer"]
            if spans:
                found.append(Example(one.text, (spans[0],), at, one.question))
        return found

    def learn(self, examples: Sequence[Example], reads: Sequence[Read], way: str) -> Any:
        """An answer that was cut off with the end of its text teaches nothing."""
        pairs = [
            (read, found)
            for e, read in zip(examples, reads, strict=True)
            if (found := answer_head.ends(read, *e.names[0][:2])) is not None
        ]
        return answer_head.learn([read for read, _ in pairs], [found for _, found in pairs])

    def say(self, example: Example, read: Read, head: Any, way: str) -> list[tuple[Name, float]]:
        start, end, sure = answer_head.say(read, head)
        return [((start, end, ""), sure)] if end else []

    def rule(self, examples: Sequence[Example]) -> list[tuple[Name, ...]]:
        return [((*marking.by_overlap(e.question, e.text), ""),) for e in examples]

    def count(self, example: Example, said: Sequence[Name]) -> Floats:
        truth, told = (
            "".join(example.text[a:b] for a, b, _ in names) for names in (example.names, said)
        )
        return np.array([marking.shared(truth, told), marking.exact(truth, told), 1.0])

    def score(self, total: Floats) -> dict[str, float]:
        return {"f1": total[0] / total[2], "exact": total[1] / total[2]}


TASKS: dict[str, Entities | Questions] = {"entities": Entities(), "questions": Questions()}


def drawn(kind: str, count: int) -> list[Any]:
    """Training sentences of the corpus, the first of them."""
    found = corpus.everything(kinds=[kind], counts={kind: 2 * count})
    return [sentence for split, sentence in found if split == "train"][:count]


def _kinds(places: Sequence[marking.Place], names: Sequence[Name]) -> list[str]:
    """Of each word the kind of the name it stands in."""
    return [
        next((kind for a, b, kind in names if a < end and b > start), marking.NONE)
        for start, end in places
    ]


def _f1(counts: Floats) -> float:
    """Harmonic mean of precision and recall; of nothing to find and nothing found it is 0."""
    both, only_said, only_true = counts
    return float(2 * both / max(1.0, 2 * both + only_said + only_true))
