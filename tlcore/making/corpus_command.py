"""python -m tlcore corpus: read the project's corpus, measure it, train its tokenizer."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from itertools import islice

from tlcore.data.corpus import card, corpus
from tlcore.data.corpus.dice import Dice
from tlcore.data.corpus.sentence import KINDS, SPLITS, Sentence


def main(argv: Sequence[str]) -> int:
    """`python -m tlcore corpus [--kind K] [--show N] [--split S] [--card] [--tokenizer]`"""
    parser = argparse.ArgumentParser("python -m tlcore corpus", description=__doc__)
    parser.add_argument("--kind", choices=KINDS, help="only this kind")
    parser.add_argument("--split", choices=SPLITS, default="train")
    parser.add_argument("--show", type=_count, metavar="N", help="print N of them, drawn at random")
    parser.add_argument("--seed", type=int, default=0, help="another seed, another corpus")
    parser.add_argument("--card", action="store_true", help="measure all, write the card, print it")
    parser.add_argument("--tokenizer", action="store_true", help="train the tokenizer, save it")
    args = parser.parse_args(argv)
    if args.card:
        measured = card.measure(args.seed)
        if args.seed == 0:  # the card in assets/ is that of the corpus that is used
            card.write(measured)
        sys.stdout.write(json.dumps(measured, indent=1, ensure_ascii=False) + "\n")
    if args.tokenizer:
        from tlcore.data.texts import tokenizer

        tokenizer.write(tokenizer.train(text for text in _texts(args.seed)))
        sys.stdout.write(f"{tokenizer.FILE}\n")
    if args.show or not (args.card or args.tokenizer):
        kinds = (args.kind,) if args.kind else KINDS
        for sentence in drawn(args.show or 20, args.split, args.seed, kinds):
            sys.stdout.write(_shown(sentence) + "\n")
    return 0


def drawn(count: int, split: str, seed: int = 0, kinds: Sequence[str] = KINDS) -> list[Sentence]:
    """`count` sentences of a split, kinds in the shares that the corpus has them."""
    several = min(1.0, 50 * count / corpus.COUNTS["scene"])  # a part is as good to look at
    counts = {kind: max(200, int(n * several)) for kind, n in corpus.COUNTS.items()}
    found = list(corpus.sentences(split, seed, kinds, counts))
    return list(islice(Dice("shown", seed, split).shuffled(found), count))


def _texts(seed: int) -> Iterator[str]:
    for sentence in corpus.sentences("train", seed):
        yield sentence.text
        yield from filter(None, (sentence.question, sentence.translation))


def _shown(sentence: Sentence) -> str:
    more = (sentence.label, sentence.translation, sentence.question, sentence.answer)
    told = " | ".join(part for part in more if part)
    return f"{sentence.kind:9} {sentence.text}" + (f"  [{told}]" if told else "")


def _count(text: str) -> int:
    number = int(text)
    if not 0 < number <= 10_000:
        raise argparse.ArgumentTypeError(f"{text} is not in 1..10000")
    return number
