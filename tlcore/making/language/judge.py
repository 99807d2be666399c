"""Weights and card of a small model; every figure on the card is that of the stored fp16."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from tlcore.data.corpus import card, texts
from tlcore.data.corpus.lexicon import lexicon
from tlcore.data.corpus.texts import Texts
from tlcore.data.texts import tokenizer
from tlcore.making.language import candidates, cooccurrence, held_out, learn, separation
from tlcore.making.language.learn import Course
from tlcore.making.pretrain.command import write_card
from tlcore.networks import seeds
from tlcore.networks.language import objectives
from tlcore.networks.language import small as models
from tlcore.networks.language.small import Small
from tlcore.networks.weights import write_embedded

ASKED = 1_500  # texts of each held-out part
# "mat" stands nowhere in the corpus; one eats pears, chestnuts and more in it.
GAP = {"english": "The cat is on the [MASK].", "korean": "어제 [MASK] 먹었어요."}
WHAT = {
    "masked": "BERT in small: hidden words from all others",
    "causal": "GPT in small: the next piece",
    "skipgram": "skip-gram (word2vec): the words around a word; one vector a word",
    "korean": "BERT in small, on the Korean texts alone",
    "bilstm": "ELMo in small: two LSTM language models, left to right and right to left",
    "permutation": "XLNet in small: words in random order, two streams",
    "span": "T5 in small (UMT5: each layer has its own table of distances): what stood in gaps",
    "cooccurrence": "counts of words near words, factorised; one vector a word",
}


def finish(
    made: Small,
    known: Texts,
    course: Course | None,
    seconds: float,
    out: Path,
    kept: Path,
    threads: int,
) -> dict[str, Any]:
    """Write weights, read them back, measure, write the card; returns the card."""
    out.mkdir(parents=True, exist_ok=True)
    objective, name = made.objective, models.name_of(made.objective)
    weights = models.state(made.whole)
    digest = write_embedded(out / f"{name}.safetensors", weights)
    options = f"--objective {objective}"
    if course:
        options += f" --steps {course.steps} --precision {course.precision}"
    told: dict[str, Any] = {
        "name": name,
        "what": WHAT[objective],
        "data": f"{len(known)} texts of this project's corpus (train)",
        "corpus_digest": card.read()["digest"],
        "tokenizer_sha256": hashlib.sha256(tokenizer.FILE.read_bytes()).hexdigest(),
        "origin": f"this project: python -m tlcore pretrain text --objective {objective}",
        "year": 2026,
        "licence": "MIT",
        "parameters": sum(weight.numel() for weight in weights.values()),
        "course": asdict(course) if course else None,
        "command": f"python -m tlcore pretrain text {options} --threads {threads}",
        "machine": f"{threads} CPU core{'s' if threads > 1 else ''}",
        "pieces": int(known.lengths.sum()),
        "pieces_seen": learn.pieces_seen(known, course) if course else int(known.lengths.sum()),
        "seconds": round(seconds),
        "sha256": digest,
    }
    write_card(out / f"{name}.json", told)
    stored, _ = models.trained(objective, out)
    told |= measured(stored, known, kept)
    write_card(out / f"{name}.json", told)
    return told


def measured(stored: Small, known: Texts, kept: Path) -> dict[str, Any]:
    """Held-out losses beside counts; for tables of vectors, whether like stands by like."""
    found: dict[str, Any] = {}
    korean = stored.objective == "korean"
    if stored.objective != "cooccurrence":
        counted = held_out.Counted(known)
        found["held_out"] = {}
        for split in ("test_template", "test_fact"):
            held = some(texts.read(split, korean, kept))
            if len(held):
                found["held_out"][split] = {
                    "texts": len(held),
                    "rows": held_out.rows(stored, held, counted),
                }
    if stored.objective in ("skipgram", "cooccurrence"):
        found["nearest"] = nearest(stored, known)
    else:
        sentence = GAP["korean" if korean else "english"]
        rows = candidates.of(stored, sentence, 5)
        told = [row | {"probability": round(row["probability"], 4)} for row in rows]
        found["senses"] = separation.by_layer(stored, korean)
        found["says"] = {"of": sentence, "rows": told}
    return found


def some(held: Texts) -> Texts:
    """At most ASKED of them, the same each time."""
    dice = seeds.generator(0, "held out", "texts")
    numbers = sorted(torch.randperm(len(held), generator=dice)[:ASKED].tolist())
    rows = [held.row(number) for number in numbers]
    flat = np.concatenate(rows) if rows else np.zeros(0, np.int32)
    return Texts(flat, np.cumsum([len(row) for row in rows], dtype=np.int64))


def nearest(stored: Small, known: Texts) -> dict[str, Any]:
    """Share of nouns whose nearest other noun (cosine) is of the same class of the lexicon.

    Beside it the same with the counts themselves (PPMI, a row of 4,096 numbers a word), and what
    chance would give.
    """
    classes = noun_classes()
    pieces = sorted(classes)
    same = np.array([[bool(classes[a] & classes[b]) for b in pieces] for a in pieces])
    vectors = stored.whole.middle.weight.detach().numpy()
    np.fill_diagonal(same, False)

    def share(table: Any) -> float:
        rows = table[pieces]
        rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
        alike = rows @ rows.T
        np.fill_diagonal(alike, -np.inf)
        return round(float(same[np.arange(len(pieces)), alike.argmax(1)].mean()), 4)

    return {
        "nouns": len(pieces),
        "same_class": share(vectors),
        "counts": share(cooccurrence.ppmi(known)),
        "chance": round(float(same.sum() / (len(pieces) * (len(pieces) - 1))), 4),
    }


def noun_classes() -> dict[int, set[str]]:
    """Nouns that are one piece, with the classes of the lexicon that they belong to."""
    pieces = tokenizer.load().get_vocab()
    found: dict[int, set[str]] = {}
    for name, nouns in lexicon().classes.items():
        for noun in nouns:
            number = pieces.get(f"{tokenizer.SPACE}{noun.one}")
            if number is not None and number >= objectives.WORDS:
                found.setdefault(number, set()).add(name)
    return found
