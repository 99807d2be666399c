"""Train the small model that learns from its prompt: python -m tlcore pretrain prompts.

Nothing is needed but the skip-gram of this project.  Every hundred steps a checkpoint is left; with
--resume the same course goes on from it and ends with the weights of one that was never cut.
--minutes ends this sitting, not the course.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from tlcore.data.texts import word_tasks
from tlcore.ground.paths import data_dir
from tlcore.making import pretrain_options
from tlcore.making.pretrain.checkpoint import Checkpoint
from tlcore.making.pretrain.command import write_card
from tlcore.networks import seeds
from tlcore.networks.language import prompts
from tlcore.networks.weights import FOLDER, card, write_embedded

STEPS, MANY, LR, WARM_UP, EVERY = 3_000, 64, 2e-3, 50, 100


def main(argv: Sequence[str]) -> int:
    args = pretrain_options.prompts().parse_args(list(argv))
    pretrain_options.filled(args, steps=STEPS, threads=torch.get_num_threads(), out=FOLDER)
    torch.set_num_threads(args.threads)
    model, known = prompts.build(args.seed), prompts.table(word_tasks.pools()["train"])
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=LR, betas=(0.9, 0.98), weight_decay=0.01, fused=True
    )
    settings = {"steps": args.steps, "seed": args.seed, "many": MANY, "lr": LR}
    path = (args.checkpoints or data_dir() / "pretrain") / f"{prompts.NAME}.checkpoint.pt"
    if not args.resume:
        path.unlink(missing_ok=True)
    kept = Checkpoint(path, settings, {"model": model, "optimizer": optimizer})
    done, before = kept.load()
    began, until = time.process_time(), time.monotonic() + 60 * (args.minutes or 1e9)
    for step in range(done, args.steps):
        lost = prompts.loss(model, known, MANY, seeds.generator(args.seed, "prompts", step))
        for group in optimizer.param_groups:
            group["lr"] = LR * min((step + 1) / WARM_UP, (args.steps - step) / args.steps)
        optimizer.zero_grad(set_to_none=True)
        lost.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        late = time.monotonic() > until
        if late or (step + 1) % EVERY == 0 or step + 1 == args.steps:
            seconds = before + time.process_time() - began
            kept.save(step + 1, seconds)
            _say({"step": step + 1, "of": args.steps, "loss": round(float(lost.detach()), 4)})
        if late:
            return 0
    seconds = before + time.process_time() - began
    _say(finish(model, settings, seconds, args.threads, args.out))
    return 0


def finish(
    model: prompts.Prompted, settings: dict[str, Any], seconds: float, threads: int, out: Path
) -> dict[str, Any]:
    """Write weights and card."""
    out.mkdir(parents=True, exist_ok=True)
    digest = write_embedded(out / f"{prompts.NAME}.safetensors", model.state_dict())
    told = {
        "name": prompts.NAME,
        "what": "GPT in small, trained on prompts of two labels alone; reads skip-gram vectors",
        "data": "prompts drawn from the nouns of this project's lexicon",
        "origin": "this project: python -m tlcore pretrain prompts",
        "year": 2026,
        "licence": "MIT",
        "parameters": sum(weight.numel() for weight in model.parameters()),
        "course": settings,
        "reads_sha256": card("text-skipgram")["sha256"],
        "machine": f"{threads} CPU core{'s' if threads > 1 else ''}",
        "seconds": round(seconds),
        "sha256": digest,
    }
    write_card(out / f"{prompts.NAME}.json", told)
    return told


def _say(row: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    sys.stdout.flush()
