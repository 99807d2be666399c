"""The tiles of all blocks in two sheets, and what is told of each channel that is shown."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from tlcore.data.sprite import write_sprite
from tlcore.experiments.look.run import tiles
from tlcore.experiments.look.run.answers import Answers
from tlcore.experiments.look.run.receptive import Field

Row = dict[str, Any]
PATCHES = 5  # of a channel


@dataclass(frozen=True)
class Gallery:
    """The pictures that patches are cut out of, uint8 (N, C, S, S) as the network sees them."""

    seen: torch.Tensor
    labels: torch.Tensor


def write(
    when: str,
    found: Answers,
    chosen: list[list[int]],
    fields: list[Field],
    gallery: Gallery,
    folder: Path,
) -> tuple[list[list[Row]], Row]:
    """Write activations-<when>.png and patches-<when>.png; return the lines of each block, one a
    chosen channel, and what `write_sprite` told of the two."""
    side = tiles.edge(max(x.shape[-1] for x in found.one))
    maps: list[torch.Tensor] = []
    patches: list[torch.Tensor] = []
    lines: list[list[Row]] = []
    for number, (answer, reference) in enumerate(zip(found.one, found.many, strict=True)):
        bright, stands_out = reference.brightness(answer), reference.stands_out(answer)
        weaker = reference.weaker(answer)
        lines.append([])
        for channel in chosen[number]:
            liked = []
            for index in reference.liked(channel, PATCHES):
                at = int(reference.where[index, channel])
                told, tile = _patch(gallery, index, fields[number], at, reference.size)
                liked.append({"tile": len(patches), **told})
                patches.append(tile)
            line = {
                "channel": channel,
                "deviations": round(float(stands_out[channel]), 2),
                "weaker": round(float(weaker[channel]), 4),
                "map": len(maps),
                "patches": liked,
            }
            maps.append(tiles.of_map(bright[channel], side))
            lines[-1].append(line)
    written = {
        f"{what}_{when}": write_sprite(torch.stack(drawn).numpy(), folder / f"{what}-{when}.png")
        for what, drawn in (("activations", maps), ("patches", patches))
    }
    return lines, written


def _patch(
    gallery: Gallery, index: int, field: Field, at: int, cells: int
) -> tuple[Row, torch.Tensor]:
    """What one place of picture `index` sees, as facts and as a tile."""
    size = gallery.seen.shape[-1]
    patch = tiles.patch(field, at, cells, size)
    told = {
        "picture": index,
        "label": int(gallery.labels[index]),
        "place": [round(n / size, 4) for n in patch.place] if patch.whole else None,
    }
    image = gallery.seen[index]
    return told, tiles.cut(image, patch, field, at, cells, tiles.edge(size))
