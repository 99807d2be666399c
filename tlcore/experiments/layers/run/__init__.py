"""What a fine-tune changed, block by block: features (CKA), weights (distance), and the map of
what the head reads.

Beside "before and after" stands "before and a network that never learned anything": how unlike
features of the same pictures get when nothing was transferred.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.nn import functional as F

from tlcore import catalog
from tlcore.data.images import Split
from tlcore.data.sprite import write_sprite
from tlcore.experiments.layers.run import cka, distance, embedding
from tlcore.networks.backbone import Backbone, prepare
from tlcore.runs import record
from tlcore.training.additions.adapters import Adapted
from tlcore.training.spec_fine_tune import FineTuneSpec
from tlcore.training.transfer import fine_tune, trained
from tlcore.training.transfer.features import SETTLED_ON, chunks, laid_out, settle

if TYPE_CHECKING:
    from tlcore.experiments.layers.spec import LayersSpec

Row = dict[str, Any]
MOST = 300  # test pictures
BUDGET = 1.5e11  # multiply-adds for three networks
CELLS = 14  # larger maps are averaged down to 14 x 14 places before they are compared


def rows(asked: LayersSpec, data_dir: Path, folder: Path) -> Iterator[Row]:
    """Progress, then the result; `folder` gets map.png, the pictures behind the points.

    Raises UserError: what `record.ended`, `trained.load` and `sets.load` raise.
    """
    values, kept = record.ended(data_dir, asked.run, "fine_tune")
    run = trained.load(FineTuneSpec(**values), kept)
    plan, spec = run.asked.plan, run.asked
    pictures = fine_tune.load(spec)
    test = some_of(pictures.test, looked_at(spec.backbone))
    before = yield from _answers("before", run.before, run.before.blocks, test.images)
    after = yield from _answers("after", run.before, run.after, test.images)
    random = fine_tune.network(spec, pretrained=False)
    for _ in settle(random, pictures.train.images[:SETTLED_ON]):
        yield {"kind": "progress", "part": "random", "done": 0, "of": len(test)}
    untrained = yield from _answers("random", random, random.blocks, test.images)
    blocks = []
    for number, block in enumerate(catalog.backbone(spec.backbone).blocks, start=1):
        state, maps = run.state(number), before[number - 1]
        told: Row = {"name": block.name, "state": state, "cka": None, "distance": None}
        told["random"] = _rounded(cka.linear(maps, untrained[number - 1]))
        if state != "dropped":
            told["cka"] = _rounded(cka.linear(maps, after[number - 1]))
        if state in ("frozen", "kept"):  # a new block began elsewhere: its distance says nothing
            now = run.after[number - 1]
            own = now.block if isinstance(now, Adapted) else now  # the adapter is no part of it
            moved = distance.relative(run.before.blocks[number - 1], own)
            told["distance"] = _rounded(moved, 6)
        blocks.append(told)
        yield {"kind": "progress", "part": "compare", "done": number, "of": len(before)}
    old, new = (found[plan.read - 1].mean((2, 3)) for found in (before, after))
    yield {
        "kind": "result",
        "status": "finished",
        "backbone": spec.backbone,
        "data": spec.data,
        "classes": list(pictures.classes),
        "pictures": len(test),
        "blocks": blocks,
        "map": on_a_map(old, new, test, folder),
    }


def looked_at(backbone: str) -> int:
    """Test pictures that are compared: what BUDGET allows, enough for an estimate."""
    macs = catalog.backbone(backbone).macs
    return max(min(MOST, int(BUDGET / (3 * macs))), 60)


def some_of(test: Split, most: int) -> Split:
    """At most so many, equal steps apart: classes keep their shares, whatever their order."""
    count = min(most, len(test))
    at = torch.arange(count) * len(test) // count
    return Split(test.images[at], test.labels[at])


def on_a_map(before: torch.Tensor, after: torch.Tensor, test: Split, folder: Path) -> Row:
    """(N, C) each -> points, neighbours and the sheet of the pictures."""
    plane = embedding.plane(before, after)
    near = {"before": embedding.neighbours(before), "after": embedding.neighbours(after)}
    counts = torch.bincount(test.labels).double()
    others = ((counts - 1) * counts).sum() / (len(test) * (len(test) - 1))
    return {
        "before": [[round(n, 4) for n in point] for point in plane.before.tolist()],
        "after": [[round(n, 4) for n in point] for point in plane.after.tolist()],
        "share": [round(n, 4) for n in plane.share],
        "labels": test.labels.tolist(),
        "near": {when: found.tolist() for when, found in near.items()},
        "alike": {w: round(embedding.alike(found, test.labels), 4) for w, found in near.items()},
        "chance": round(float(others), 4),
        "moved": round(float((after - before).norm() / before.norm().clamp_min(1e-12)), 6),
        "sheet": write_sprite(test.images.numpy(), folder / "map.png"),
    }


def _answers(
    part: str, backbone: Backbone, blocks: nn.Sequential, images: torch.Tensor
) -> Generator[Row, None, list[torch.Tensor]]:
    """Each block's (N, C, h, w), h and w at most CELLS."""
    parts: list[list[torch.Tensor]] = []
    for chunk in chunks(images, backbone.input.size):
        parts.append(_through(blocks, prepare(chunk, backbone.input)))
        done = sum(len(part[0]) for part in parts)
        yield {"kind": "progress", "part": part, "done": done, "of": len(images)}
    return [torch.cat(block) for block in zip(*parts, strict=True)]


@torch.no_grad()
def _through(blocks: nn.Sequential, x: torch.Tensor) -> list[torch.Tensor]:
    found = []
    for block in blocks.eval():
        x = block(x)
        maps = laid_out(x)
        found.append(F.adaptive_avg_pool2d(maps, CELLS) if maps.shape[-1] > CELLS else maps)
    return found


def _rounded(value: float | None, digits: int = 4) -> float | None:
    return None if value is None else round(value, digits)
