"""What needs no language model: the usual answer, the text itself, the answer of the nearest text.

Nearest: the training text with most weighted words in common (tf-idf, cosine), whatever its answer
was.  A model that is behind this has learned less than a table of its training texts holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sklearn.feature_extraction.text import TfidfVectorizer

from tlcore.data.texts.mixture import TASKS, Item

NAMES = ("usual", "copy", "nearest")


class Baselines:
    """Answers from training items alone."""

    def __init__(self, known: Sequence[Item]) -> None:
        self._known = {task: [one for one in known if one.task == task] for task in TASKS}
        self._usual = {
            task: Counter(one.wanted for one in items).most_common(1)[0][0]
            for task, items in self._known.items()
        }
        self._words = {
            task: TfidfVectorizer(token_pattern=r"\w+").fit([one.given for one in items])
            for task, items in self._known.items()
        }
        self._rows = {
            task: self._words[task].transform([one.given for one in items])
            for task, items in self._known.items()
        }

    def say(self, task: str, texts: Sequence[str]) -> dict[str, list[str]]:
        """Each baseline's answer to each text."""
        alike = self._words[task].transform(list(texts)) @ self._rows[task].T
        nearest = [int(row) for row in alike.toarray().argmax(1)]
        return {
            "usual": [self._usual[task]] * len(texts),
            "copy": list(texts),
            "nearest": [self._known[task][row].wanted for row in nearest],
        }
