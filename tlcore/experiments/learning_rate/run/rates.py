"""Two sensitivity strips in one run: test accuracy against learning rate, several seeds.

A head alone on frozen features: all rates and seeds at once (engine.heads), the head that is
solved without a rate beside them.  Every block: one training after the other, seed by seed, so
that the whole strip is there, thin, after the first seed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from tlcore.data import sets
from tlcore.data.images import ImageData, Split
from tlcore.experiments.learning_rate.reading import ENDS, grid
from tlcore.ground.recipe import Compute, Recipe, everything
from tlcore.networks import backbones
from tlcore.networks.backbones import Backbone
from tlcore.training import class_scores, engine
from tlcore.training.engine import batches, heads, solve
from tlcore.training.engine.cache import Prefix
from tlcore.training.engine.disk import FeatureStore
from tlcore.training.engine.feed import Feed
from tlcore.training.engine.memory import Memory, Recall
from tlcore.training.engine.state import State
from tlcore.training.engine.supply import chunk_of
from tlcore.training.transfer import source_memory

if TYPE_CHECKING:
    from tlcore.experiments.learning_rate.spec import RatesSpec
    from tlcore.training.spec_base import OfPictures

Row = dict[str, Any]
ASKED = 400  # test pictures at most: a standard error of at most 2.5 points, the same for all
WATCHED = 8  # validation pictures: nothing is chosen by them
BATCH = 16  # 40 pictures: three steps an epoch
TOGETHER = 4_000_000  # weights of all heads at once: 16 MB, and twice that for AdamW


def rows(spec: RatesSpec, data_dir: Path, folder: Path) -> Iterator[Row]:
    """Points as they come, then the result; `folder` gets nothing."""
    backbone = backbones.build(spec.backbone)
    disk = FeatureStore(data_dir / "cache")
    count = max(spec.head_seeds, spec.all_seeds)
    draws = [draw(spec, spec.seed + k) for k in range(count)]
    yield _progress("data", 1, 1)
    strips: dict[str, Row] = {}
    known = [
        heads.Draw(spec.seed + k, pooled(backbone, draws[k].train, disk), draws[k].train.labels)
        for k in range(spec.head_seeds)
    ]
    tested = pooled(backbone, draws[0].test, disk)  # the same for every seed
    truth, classes = draws[0].test.labels, len(draws[0].classes)
    yield _progress("features", 1, 1)
    recipe = Recipe(epochs=spec.head_epochs, batch=BATCH)
    strips["head"] = strip = _strip(spec.head_rates, ENDS["head"])
    for part in _together(strip["rates"], spec.head_seeds * classes * tested.shape[1]):
        found = heads.train(known, classes, part, recipe).accuracy(tested, truth)
        for rate, scores in zip(part, found.T.tolist(), strict=True):
            yield _keep(strip, rate, scores)
        yield _progress("head", len(strip["accuracy"]), spec.head_rates)
    solved = [_solved(draw, tested, truth, classes) for draw in known]
    yield {"kind": "solved", "accuracy": solved}
    strips["all"] = strip = _strip(spec.all_rates, ENDS["all"])
    strip["accuracy"] = [[] for _ in strip["rates"]]
    memory = source_memory.of(backbone, spec.backbone)
    for name in ("source", "source_solved"):
        strip[name] = [[] for _ in strip["rates"]] if memory else None
    done, of = 0, spec.all_seeds * spec.all_rates
    for k in range(spec.all_seeds):
        for place, rate in enumerate(strip["rates"]):
            recipe = Recipe(epochs=spec.all_epochs, batch=BATCH, lr=rate, seed=spec.seed + k)
            score, recall = yield from every_block(backbone, draws[k], recipe, memory, done, of)
            strip["accuracy"][place].append(round(score, 4))
            if memory:
                kept, anew = recall or (0.0, 0.0)  # the loss was not finite any more
                strip["source"][place].append(round(kept, 4))
                strip["source_solved"][place].append(round(anew or 0.0, 4))
            done += 1
            point = {"strip": "all", "rate": rate, "accuracy": list(strip["accuracy"][place])}
            yield {"kind": "point", **point}
    yield {
        "kind": "result",
        "status": "finished",
        "backbone": spec.backbone,
        "data": spec.data,
        "train": spec.train_size,
        "asked": len(truth),
        "classes": list(draws[0].classes),
        "chance": round(class_scores.commonest(truth.tolist()), 4),
        "head_lr": Recipe().head_lr,
        "steps": {
            "head": spec.head_epochs * _steps(spec.train_size),
            "all": spec.all_epochs * _steps(spec.train_size),
        },
        "strips": strips,
        "solved": solved,
        "source_before": memory.of(backbone.blocks) if memory else None,
        "source_untaught": _untaught(memory, backbone, spec) if memory else None,
    }


def pooled(backbone: Backbone, split: Split, disk: FeatureStore) -> torch.Tensor:
    """(N, channels) behind the last block, as a head-only run stores it."""
    pool = nn.AdaptiveAvgPool2d(1)
    prefix = Prefix(backbone.blocks, pool, backbone.input, Compute())
    feed = Feed(split, prefix, chunk_of(backbone.input, Compute()))
    if not feed.load(disk):
        for _ in feed.build(disk):
            pass
    assert feed.features is not None
    return feed.features.flatten(1)


def draw(asked: OfPictures, seed: int) -> ImageData:
    """The training pictures of this seed, and the first of those that are asked."""
    found = sets.load(asked.data, asked.train_size, seed, asked.knobs)
    val, test = found.val.first(WATCHED), found.test.first(ASKED)
    return dataclasses.replace(found, val=val, test=test)


def every_block(
    backbone: Backbone,
    pictures: ImageData,
    recipe: Recipe,
    memory: Memory | None,
    done: int,
    of: int,
) -> Generator[Row, None, tuple[float, Recall | None]]:
    """One fine-tune of all blocks; tells of its epochs, so that it can be stopped.  Returns the
    test accuracy at its end, 0 where the loss was not finite any more, and what is left of the
    source: heads are asked, and solved anew, once, at the end."""
    plan = everything(len(backbone.blocks))
    recall: Recall | None = None

    def at_the_end(state: State) -> Recall | None:
        return memory(state) if memory and state.epoch == recipe.epochs else None

    for row in engine.train(backbone, pictures, plan, recipe, Compute(), memory=at_the_end):
        if row["kind"] == "epoch":
            if "source_accuracy" in row:
                recall = Recall(row["source_accuracy"], row.get("source_solved"))
            yield _progress("all", done + row["epoch"] / recipe.epochs, of)
        elif row["kind"] == "result":
            return row["test_accuracy"] or 0.0, recall
    raise RuntimeError("the engine ended without a result row")


def _untaught(memory: Memory, backbone: Backbone, spec: RatesSpec) -> float:
    """Mean over as many random networks as there are seeds."""
    seeds = range(spec.seed, spec.seed + spec.all_seeds)
    return round(fmean(memory.untaught(backbone, seed) for seed in seeds), 4)


def _solved(draw: heads.Draw, tested: torch.Tensor, truth: torch.Tensor, classes: int) -> float:
    weight, bias = solve.solve(draw.features, draw.labels, classes)
    said = (tested.double() @ weight.T + bias).argmax(1)
    return int((said == truth).sum()) / len(truth)


def _strip(count: int, ends: tuple[float, float]) -> Row:
    return {"rates": grid(*ends, count), "accuracy": []}


def _keep(strip: Row, rate: float, scores: Sequence[float]) -> Row:
    """One point of the head's strip, one score a seed."""
    strip["accuracy"].append([round(score, 4) for score in scores])
    return {"kind": "point", "strip": "head", "rate": rate, "accuracy": strip["accuracy"][-1]}


def _together(rates: Sequence[float], each: int) -> Iterator[list[float]]:
    """The rates in parts whose heads fit; `each`: weights of one rate."""
    size = max(1, TOGETHER // each)
    for start in range(0, len(rates), size):
        yield list(rates[start : start + size])


def _steps(pictures: int) -> int:
    return len(batches.sizes(pictures, BATCH))


def _progress(part: str, done: float, of: int) -> Row:
    return {"kind": "progress", "part": part, "done": round(done, 3), "of": of}
