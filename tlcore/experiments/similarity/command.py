"""Measures every set of the expected order, and prints how each score ranks them.

`python -m tlcore similarity [--backbone clothing]`: nothing is tuned by what it prints.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from tlcore import catalog
from tlcore.experiments.similarity import expected
from tlcore.experiments.similarity import reading as nearness
from tlcore.experiments.similarity.ranks import by_chance, kendall, spearman
from tlcore.ground import option
from tlcore.ground.paths import data_dir
from tlcore.ground.recipe import Knobs
from tlcore.runs.executors.environment import ENVIRONMENT

SCORES = ("similarity", "pad", "frechet", "knn", "probe", "logme", "hscore", "random", "pixels")


def options() -> argparse.ArgumentParser:
    about = "Measure every set of the expected order, and print how each score ranks them."
    parser = argparse.ArgumentParser("python -m tlcore similarity", description=about)
    known = ["clothing", "photo"]
    parser.add_argument("--backbone", nargs="+", choices=known, metavar="NAME")
    parser.add_argument(
        "--save", type=option.file, metavar="FILE", help="write the result rows there"
    )
    return parser


def main(argv: Sequence[str]) -> int:
    args = options().parse_args(argv)
    os.environ.update(ENVIRONMENT)  # before torch is imported: one thread
    found = {name: of_backbone(name) for name in args.backbone or expected.ORDER}
    if args.save:
        args.save.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return 0


def of_backbone(backbone: str) -> list[dict[str, Any]]:
    """Result rows of the sets that are in the catalogue, in the expected order."""
    from tlcore.experiments.similarity.run import measure

    order = [name for name in expected.ORDER[backbone] if name in catalog.datasets()]
    results = []
    _say(f"{backbone}: {len(order)} of {len(expected.ORDER[backbone])} sets")
    _say(
        f"{'':12}" + "".join(f"{name:>11}" for name in SCORES) + f"{'word':>9}{'block':>6}{'n':>6}"
    )
    for name in order:
        size = min(expected.PICTURES, catalog.dataset(name).train_pool)
        *_, result = measure(backbone, name, size, expected.SEED, Knobs(), data_dir())
        results.append(result)
        scores, near = summary(result), nearness.read(result)
        line = "".join(_cell(scores[score]) for score in SCORES)
        _say(f"{name:12}{line}{near.word:>9}{near.block:>6}{result['n']:>6}")
    summaries = [summary(result) for result in results]
    expectation = [-float(place) for place in range(len(order))]  # nearest first
    for score, (rho, tau, chance) in correlations(summaries, expectation).items():
        _say(f"{score:12} Spearman {rho:+.2f}  Kendall {tau:+.2f}  by chance {chance:.3f}")
    return results


def summary(result: Mapping[str, Any]) -> dict[str, float | None]:
    """Each score as one number, higher is nearer, in the way that `expected` says."""
    blocks, last = result["blocks"], result["blocks"][-1]
    random, pixels = result["random"]["blocks"][-1], result["pixels"]

    def above_chance(row: Mapping[str, Any], score: str) -> float:
        chance = float(row["knn_chance"])
        return (float(row[score]) - chance) / (1 - chance)

    measured = blocks[0]["pad"] is not None
    return {
        "similarity": nearness.read(result).similarity,
        "pad": -fmean(block["pad"] for block in blocks) if measured else None,
        "frechet": -fmean(block["frechet"] for block in blocks) if measured else None,
        "knn": above_chance(last, "knn"),
        "probe": above_chance(last, "probe"),
        "logme": last["logme"],
        "hscore": last["hscore"] / (result["classes"] - 1),
        "random": above_chance(random, "probe"),
        "pixels": above_chance(pixels, "probe"),
    }


def correlations(
    summaries: Sequence[Mapping[str, float | None]], expectation: Sequence[float]
) -> dict[str, tuple[float, float, float]]:
    """Score -> Spearman, Kendall, share of all orders that agree at least as well."""
    found = {}
    for score in SCORES:
        values = [row[score] for row in summaries]
        known = [value for value in values if value is not None]
        if len(known) == len(expectation) > 1:
            pair = known, expectation
            found[score] = spearman(*pair), kendall(*pair), by_chance(*pair)
    return found


def _cell(value: float | None) -> str:
    return f"{'-':>11}" if value is None else f"{value:11.3f}"


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command line
