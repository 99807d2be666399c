"""Measures the two races of "Why transfer?" over seeds: python -m tlcore races steps|grown.

One run says little, so the pages show these beside it.  Every run is kept with its validation
curve, CPU seconds and seed in assets/evidence; an interrupted measurement goes on.
"""

from __future__ import annotations

import argparse
import json
import secrets
import shutil
import time
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from tlcore import catalog
from tlcore.experiments.grown.spec import PretrainSpec
from tlcore.experiments.races import presets as why_transfer
from tlcore.experiments.races import record as races_record
from tlcore.ground import machine, spread
from tlcore.ground.paths import data_dir
from tlcore.ground.recipe import Compute
from tlcore.runs import registry
from tlcore.runs.spec import FineTuneSpec

STEP_SIZES = (20, 40, 100, 200)
PAIR_SIZES = (20, 40)
SOURCES = ("font_digits", "blood")


def steps(file: Path, seeds: int, sizes: Sequence[int] = STEP_SIZES) -> None:
    """The race of the three starts, at each size."""
    kept = _Kept(file)
    for seed in range(seeds):
        for size in sizes:
            for name, spec in why_transfer.race(size, seed=seed).items():
                _once(kept, {"entrant": name, "size": size, "seed": seed}, spec)


def grown(
    file: Path,
    seeds: int,
    sizes: Sequence[int] = PAIR_SIZES,
    sources: Sequence[str] = SOURCES,
    small: Mapping[str, Any] | None = None,
) -> None:
    """A pre-training for each seed and source, then the fine-tunes; `small`: for a test."""
    kept = _Kept(file)
    for source in sources:
        for seed in range(seeds):
            facts = [{"source": source, "size": size, "seed": seed} for size in sizes]
            if not all(kept.has({"entrant": "grown", **fact}) for fact in facts):
                asked = PretrainSpec(**{"data": source, "seed": seed, **(small or {})})
                _pretrained(kept, asked, sizes)
            for size in sizes:
                for name, spec in why_transfer.pair(None, size, seed=seed).items():
                    _once(kept, {"entrant": name, "size": size, "seed": seed}, spec)


def _pretrained(kept: _Kept, asked: PretrainSpec, sizes: Sequence[int]) -> None:
    """The weights lie in the data folder, as those of a reader's run do, until this is measured."""
    pretrain = registry.part(registry.kinds()[asked.kind], "rows")
    run_id = secrets.token_hex(16)
    folder = data_dir() / "runs" / run_id
    folder.mkdir(parents=True)
    try:
        began = time.process_time()
        *_, last = pretrain(asked, data_dir(), folder)
        facts = {"source": asked.data, "seed": asked.seed}
        kept.add({"entrant": "pretrain", **facts}, last, time.process_time() - began, [])
        for size in sizes:
            spec = why_transfer.pair(run_id, size, seed=asked.seed)["grown"]
            _once(kept, {"entrant": "grown", "size": size, **facts}, spec)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _once(kept: _Kept, facts: Mapping[str, Any], spec: FineTuneSpec) -> None:
    if kept.has(facts):
        return
    from tlcore.training.transfer import fine_tune

    began = time.process_time()
    told = list(fine_tune.rows_of(spec, Compute()))
    curve = [[r["step"], round(r["val_accuracy"], 4)] for r in told if r["kind"] == "epoch"]
    kept.add(facts, told[-1], time.process_time() - began, curve)


class _Kept:
    """The file, one line a run, so that a difference of two versions can be read."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.conditions = {
            "machine": machine.name(),
            "torch": metadata.version("torch"),
            "clothing": catalog.backbone("clothing").fingerprint,
            "data": [catalog.dataset(name).fingerprint for name in ("garments", "digits")],
        }
        found = races_record.read(file)
        same = found["conditions"].get("clothing") == self.conditions["clothing"]
        self.runs: list[dict[str, Any]] = found["runs"] if same else []

    def has(self, facts: Mapping[str, Any]) -> bool:
        return any(facts.items() <= run.items() for run in self.runs)

    def add(
        self, facts: Mapping[str, Any], last: Mapping[str, Any], cpu: float, curve: list[Any]
    ) -> None:
        score = {"test_accuracy": round(last["test_accuracy"], 4), "cpu_seconds": round(cpu, 2)}
        run = {**facts, **score, **({"curve": curve} if curve else {})}
        self.runs = [r for r in self.runs if not facts.items() <= r.items()] + [run]
        print(*(f"{k}={v}" for k, v in run.items() if k != "curve"), flush=True)  # noqa: T201
        self.file.parent.mkdir(parents=True, exist_ok=True)
        lines = ",\n".join(json.dumps(r) for r in self.runs)
        head = json.dumps(self.conditions, ensure_ascii=False)
        text = f'{{"conditions": {head},\n"runs": [\n{lines}\n]}}\n'
        self.file.write_text(text, encoding="utf-8", newline="\n")


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("python -m tlcore races")
    parser.add_argument("what", choices=["steps", "grown"])
    parser.add_argument("--seeds", type=int, default=5, choices=spread.SEEDS)
    parser.add_argument("--sizes", type=int, nargs="*")
    args = parser.parse_args(argv)
    measure, usual = (steps, STEP_SIZES) if args.what == "steps" else (grown, PAIR_SIZES)
    measure(races_record.FILES[args.what], args.seeds, args.sizes or usual)
    return 0
