"""What the side of the pictures is worth: a head on 250 real pictures, at each side that a network
may be shown, with the textbook's recipe for little similar data.

`python -m tlcore sides FOLDER` fills assets/evidence/sides.json, which tlcore.catalog.sides reads;
an interrupted recording goes on.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib import metadata
from itertools import product
from pathlib import Path
from typing import Any

from tlcore import catalog
from tlcore.catalog.sides import scores
from tlcore.experiments.matrix import advisor
from tlcore.ground import machine, markdown, recorded
from tlcore.ground.recipe import ENGINE_VERSION, Compute, Recipe
from tlcore.making import tool_options
from tlcore.making.real import parquet
from tlcore.networks import backbones
from tlcore.training import engine
from tlcore.words import i18n

TRAIN, WATCHED, ASKED = 250, 50, 300  # pictures
BEGIN, END = "<!-- sides:begin -->", "<!-- sides:end -->"
COMPUTE = Compute(memory_format="channels_last")  # what pays for these networks on every machine


def measure(file: Path, folder: Path, names: Sequence[str], seeds: int) -> Iterator[dict[str, Any]]:
    """Train what `file` lacks, and tell each; what is there already is kept."""
    found = recorded.read(file) or {"conditions": conditions(names), "rows": []}
    done = {(row["backbone"], row["side"], row["set"], row["seed"]) for row in found["rows"]}
    sets = parquet.names(folder)
    for seed, name, data in product(range(seeds), names, sets):  # whole rounds first
        for side in catalog.backbone(name).sides:
            if (name, side, data, seed) not in done:
                found["rows"].append(_trained(folder, name, data, seed, side))
                yield found["rows"][-1]
                recorded.write(file, json.dumps(found, indent=0) + "\n")


def _trained(folder: Path, name: str, data: str, seed: int, side: int) -> dict[str, Any]:
    pictures = parquet.load(folder, data, TRAIN, WATCHED, ASKED, seed, side)
    advice = advisor.advise("similar_small", TRAIN, name)
    recipe = Recipe(epochs=advice.epochs, head_lr=advice.head_lr, seed=seed)
    backbone = backbones.build(name, side=side)
    with tempfile.TemporaryDirectory() as cache:
        began = time.process_time()
        *_, result = engine.train(backbone, pictures, advice.plan, recipe, COMPUTE, Path(cache))
        seconds = time.process_time() - began
    assert result["kind"] == "result"
    return {
        "backbone": name,
        "side": side,
        "set": data,
        "seed": seed,
        "classes": len(pictures.classes),
        "test": len(pictures.test),
        "accuracy": result["test_accuracy"],
        "cpu_seconds": round(seconds, 2),
    }


def conditions(names: Sequence[str]) -> dict[str, Any]:
    return {
        "machine": machine.name(),
        "torch": metadata.version("torch"),
        "engine": ENGINE_VERSION,
        "weights": {name: catalog.backbone(name).fingerprint for name in names},
        "train": TRAIN,
        "watched": WATCHED,
    }


def table(found: dict[str, Any]) -> str:
    """Markdown: a row for each network and side."""
    heads = ["Network", "Side", "Cost", "Accuracy of a head", "More than at the usual side"]
    rows, draws, sets = [], set[int](), 0
    for name in found["conditions"]["weights"]:
        row, measured = catalog.backbone(name), scores(name, found)
        assert measured is not None
        draws.add(measured.seeds)
        sets = measured.sets
        for side, one in measured.by_side.items():
            more = one.more
            gain = f"{100 * more.mean:.1f} ± {100 * more.half:.1f}, {more.word}" if more else ""
            cost = f"{row.at(side).macs / row.macs:.1f}×, {one.cpu_seconds:.1f} s"
            told = i18n.t(f"backbone.{name}", "en")
            rows.append([told, f"{side} px", cost, f"{one.accuracy:.1%}", gain])
    how = found["conditions"]
    seeds = " or ".join(map(str, sorted(draws)))
    below = (
        f"{sets} sets of real pictures, {how['train']} training pictures each, "
        f"{seeds} draws; the interval is over the sets. {how['machine']}, torch "
        f"{how['torch']}, one thread; seconds with a few hundred pictures to watch and to test."
    )
    return f"{markdown.table(heads, rows)}\n\n{below}\n"


def main(argv: Sequence[str]) -> int:
    args = tool_options.sides().parse_args(argv)
    if args.readme:
        text = recorded.README.read_text("utf-8")
        found = recorded.read(args.file)
        assert found is not None
        text = markdown.into(text, table(found), BEGIN, END)
        recorded.README.write_text(text, "utf-8", newline="\n")
        return 0
    for row in measure(args.file, args.folder, args.backbones, args.seeds):
        sys.stdout.write(f"{json.dumps(row)}\n")
        sys.stdout.flush()
    return 0
