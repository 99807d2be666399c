"""The card of the corpus: what there is of each kind, how varied it is, what the splits share.

assets/language/corpus.json holds it, written by `python -m tlcore corpus --card`.  A digest is the
SHA-256 of the sentences, one a line, so that another machine can tell whether it made the same.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from tlcore.data.corpus import corpus
from tlcore.data.corpus.lexicon import FOLDER
from tlcore.data.corpus.sentence import KINDS, SPLITS, Sentence

FILE = FOLDER / "corpus.json"
SAMPLE = 300  # sentences of each kind in the digest that a test makes again
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def words(text: str) -> list[str]:
    """Its words in lower case, without punctuation and without 's; Korean is split at spaces."""
    return [word.lower().removesuffix("'s") for word in _WORD.findall(text)]


def line(split: str, sentence: Sentence) -> str:
    """All that is known of a sentence, as one line of a digest."""
    spans = " ".join(f"{s.start}-{s.end}:{s.kind}" for s in sentence.spans)
    parts = (sentence.kind, sentence.text, sentence.label, sentence.question)
    return "\t".join((split, *parts, sentence.translation, spans, sentence.template))


def digest(told: Iterable[tuple[str, Sentence]]) -> str:
    total = hashlib.sha256()
    for split, sentence in told:
        total.update(f"{line(split, sentence)}\n".encode())
    return total.hexdigest()


def sample(seed: int = 0) -> Iterator[tuple[str, Sentence]]:
    """The first sentences of each kind."""
    return corpus.everything(seed, counts=dict.fromkeys(KINDS, SAMPLE))


def measure(seed: int = 0) -> dict[str, Any]:
    """Figures of the whole corpus; takes some ten seconds."""
    kinds: Counter[str] = Counter()
    splits: Counter[str] = Counter()
    templates: Counter[str] = Counter()
    labels: Counter[str] = Counter()
    vocabulary: Counter[str] = Counter()
    lengths: Counter[int] = Counter()
    of_split: dict[str, set[str]] = {split: set() for split in SPLITS}
    held: dict[str, set[str]] = {split: set() for split in SPLITS}
    facts: dict[str, set[str]] = {split: set() for split in SPLITS}
    texts: set[str] = set()
    shares: list[float] = []
    window: list[str] = []
    total = hashlib.sha256()
    for split, sentence in corpus.everything(seed):
        total.update(f"{line(split, sentence)}\n".encode())
        kinds[sentence.kind] += 1
        splits[split] += 1
        template = f"{sentence.kind}/{sentence.template}"
        templates[template] += 1
        if sentence.kind in ("sense", "sentiment", "korean"):
            labels[sentence.label] += 1
        texts.add(sentence.text)
        of_split[split].add(sentence.text)
        held[split].add(template)
        if sentence.fact:
            facts[split].add(sentence.fact)
        if sentence.kind in ("korean", "list"):  # no English sentences
            continue
        found = words(sentence.text)
        vocabulary.update(found)
        lengths[len(found)] += 1
        window += found
        while len(window) >= 1000:
            shares.append(len(set(window[:1000])) / 1000)
            del window[:1000]
    tokens, count = vocabulary.total(), lengths.total()
    return {
        "seed": seed,
        "sentences": kinds.total(),
        "distinct": len(texts),
        "kinds": dict(kinds),
        "splits": {split: splits[split] for split in SPLITS},
        "labels": dict(sorted(labels.items())),
        "templates": len(templates),
        "most_frequent_template": round(templates.most_common(1)[0][1] / kinds.total(), 5),
        "english_words": tokens,
        "vocabulary": len(vocabulary),
        "type_token_ratio": {
            "per_1000": round(sum(shares) / len(shares), 4),
            "whole": round(len(vocabulary) / tokens, 6),
        },
        "mean_length": round(sum(n * c for n, c in lengths.items()) / count, 2),
        "lengths": {str(n): lengths[n] for n in sorted(lengths)},
        "overlap": {
            "sentences": _shared(of_split),
            "templates of test_template": len(
                held["test_template"] & (held["train"] | held["valid"])
            ),
            "facts of test_fact": len(facts["test_fact"] & (facts["train"] | facts["valid"])),
        },
        "digest": total.hexdigest(),
        "digest_of_sample": digest(sample(seed)),
    }


def _shared(of_split: dict[str, set[str]]) -> int:
    """Sentences that stand in two splits."""
    return sum(len(texts) for texts in of_split.values()) - len(set().union(*of_split.values()))


def write(told: dict[str, Any]) -> None:
    FILE.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read() -> dict[str, Any]:
    known: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return known
