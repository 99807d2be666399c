"""Three tasks as text in, text out: a prefix says which, as T5 does it (arXiv:1910.10683, 3.1.2).

    "sentiment: The soup was cold and dull."                  -> "negative"
    "question: The child burnt the toast. Who burnt it?"      -> "The child"
    "Korean: Our team is exercising now."                     -> "우리 팀은 지금 운동하고 있어요."

Generated ones come from the corpus with its splits; `written` are the written sets, of which
nothing is ever learned here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from tlcore.data.corpus import corpus
from tlcore.data.corpus.sentence import SPLITS, Sentence
from tlcore.data.texts import samples

PREFIX = {"sentiment": "sentiment:", "question": "question:", "translate": "Korean:"}
TASKS = tuple(PREFIX)
WEIGHTS = "to_text.safetensors"  # of a model fine-tuned on it, in its run's folder; not for ever
KIND = {"sentiment": "sentiment", "question": "question", "pair": "translate"}
HELD = ("test_template", "test_fact")
DRAWN = 4_000  # sentences of a kind, in all splits: a short course reads no more


@dataclass(frozen=True, slots=True)
class Item:
    task: str  # one of TASKS
    given: str  # without its prefix
    wanted: str

    @property
    def shown(self) -> str:
        """What the model reads."""
        return prefixed(self.task, self.given)


def prefixed(task: str, given: str) -> str:
    return f"{PREFIX[task]} {given}"


def asked_of(passage: str, question: str) -> str:
    """A passage and its question as one text: the question behind, as in the corpus."""
    return f"{passage} {question}".strip()


def item(sentence: Sentence) -> Item:
    """Of a sentence of one of the kinds in KIND."""
    task = KIND[sentence.kind]
    if task == "sentiment":
        return Item(task, sentence.text, sentence.label)
    if task == "question":
        return Item(task, asked_of(sentence.text, sentence.question), sentence.answer)
    return Item(task, sentence.text, sentence.translation)


@cache
def generated(drawn: int = DRAWN) -> dict[str, tuple[Item, ...]]:
    """Items of every split of the corpus, `drawn` of each kind together: about a second."""
    found: dict[str, list[Item]] = {split: [] for split in SPLITS}
    for split, sentence in corpus.everything(0, tuple(KIND), dict.fromkeys(KIND, drawn)):
        found[split].append(item(sentence))
    return {split: tuple(items) for split, items in found.items()}


def training(drawn: int = DRAWN) -> tuple[Item, ...]:
    return generated(drawn)["train"]


def held_out(most: int | None = None, drawn: int = DRAWN) -> tuple[Item, ...]:
    """Of each task at most so many whose template, or whose fact, was in no training text."""
    both = [one for split in HELD for one in generated(drawn)[split]]
    return tuple(one for task in TASKS for one in spaced([i for i in both if i.task == task], most))


def written(most: int | None = None) -> tuple[Item, ...]:
    """Of each task at most so many of the written sets: reviews (test), passages, pairs."""
    told = {
        "sentiment": [Item("sentiment", r.text, r.label) for r in samples.reviews(samples.TEST)],
        "question": [
            Item("question", asked_of(p.passage, q.ask), q.text)
            for p in samples.passages()
            for q in p.questions
        ],
        "translate": [Item("translate", p.english, p.korean) for p in samples.translations()],
    }
    return tuple(one for task in TASKS for one in spaced(told[task], most))


def spaced(items: list[Item], most: int | None) -> list[Item]:
    """At most so many, equal steps apart: the parts of a list keep their shares."""
    count = len(items) if most is None else min(most, len(items))
    return [items[n * len(items) // count] for n in range(count)]
