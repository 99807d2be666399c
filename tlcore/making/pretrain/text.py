"""Pre-train a small language model: python -m tlcore pretrain text --objective O.

The corpus is the project's own (`python -m tlcore corpus`); nothing else is needed.  Each row of
progress is a line of JSON.  Every fifty steps a checkpoint is left; with --resume the same course
goes on from it and ends with the weights of one that was never cut.  --minutes ends this sitting,
not the course.  At the end weights and card are written, every figure measured on the stored fp16.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from tlcore.data.corpus import texts
from tlcore.ground.paths import data_dir
from tlcore.making import pretrain_options
from tlcore.making.language import learn
from tlcore.making.language.learn import Course
from tlcore.networks.language import small
from tlcore.networks.weights import FOLDER

# As long as a core needs some minutes for.  bf16 where it pays: of 128 texts of 15 pieces, forward
# and backward took 78 ms of a core, not 122 (masked), 148 for 242 (causal), 157 for 236
# (permutation), 175 for 227 (bilstm), 80 for 106 (span), 34 for 42 (korean); torch 2.13, an EPYC
# with AVX512-BF16.  A skip-gram gained as much, but its two tables are all there is.
COURSES = {
    "masked": Course(steps=6_000, pieces=1_024, lr=2e-3, warm_up=0.08, precision="bf16"),
    "causal": Course(steps=4_000, pieces=1_024, lr=3e-3, precision="bf16"),
    "skipgram": Course(steps=1_500, pieces=8_192, lr=1e-2, weight_decay=0.0),
    "korean": Course(steps=4_000, pieces=512, lr=3e-3, precision="bf16"),
    # These three were trained where bf16 does not pay: 10 to 15 minutes of a core.
    "bilstm": Course(steps=3_000, pieces=1_024, lr=4e-3),
    "permutation": Course(steps=4_000, pieces=1_024, lr=2e-3, warm_up=0.08),
    "span": Course(steps=6_000, pieces=1_024, lr=3e-3),
}


def main(argv: Sequence[str]) -> int:
    args = pretrain_options.text().parse_args(list(argv))
    pretrain_options.filled(args, threads=torch.get_num_threads(), out=FOLDER)
    torch.set_num_threads(args.threads)
    objective = args.objective
    kept = args.checkpoints or data_dir() / "pretrain"
    if objective == "cooccurrence":
        return _counted(args, kept)
    course = replace(COURSES[objective], seed=args.seed)
    course = replace(course, **({"steps": args.steps} if args.steps else {}))
    course = replace(course, **({"precision": args.precision} if args.precision else {}))
    path = kept / f"{small.name_of(objective)}.checkpoint.pt"
    if not args.resume:
        path.unlink(missing_ok=True)
    known = texts.read("train", objective == "korean", kept)
    made = small.build(objective, args.seed)
    row: dict[str, Any] = {}
    for row in learn.train(made, known, course, path, args.minutes):
        _say(row)
    if row["kind"] == "trained":
        from tlcore.making.language import judge

        _say(judge.finish(made, known, course, row["seconds"], args.out, kept, args.threads))
    return 0


def _counted(told: argparse.Namespace, kept: Path) -> int:
    from tlcore.making.language import cooccurrence, judge

    known = texts.read("train", False, kept)
    made, seconds = cooccurrence.made(known)
    _say(judge.finish(made, known, None, seconds, told.out, kept, told.threads))
    return 0


def _say(row: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    sys.stdout.flush()
