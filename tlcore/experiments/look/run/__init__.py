"""One picture through every block: which channels it excites, and what else excites them.

Before a fine-tune, and where one is named, after it: the same channels of the same blocks.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from tlcore import catalog
from tlcore.data import sets
from tlcore.data.images import ImageData, Split
from tlcore.data.own.one_picture import chosen_picture
from tlcore.data.seen import seen
from tlcore.data.sprite import write_sprite
from tlcore.experiments.look.run import answers, receptive, sheets
from tlcore.experiments.look.run.answers import Answers, Reference
from tlcore.ground.errors import UserError
from tlcore.ground.recipe import Knobs
from tlcore.networks import backbones
from tlcore.networks.backbones import Backbone, InputSpec
from tlcore.runs import record
from tlcore.training.spec_fine_tune import FineTuneSpec
from tlcore.training.transfer import trained

if TYPE_CHECKING:
    from tlcore.experiments.look.spec import LookSpec

Row = dict[str, Any]
CHANNELS = 6  # shown of a block
CHOICES = 24  # test pictures one can choose from
MOST = 400  # pictures that an answer is compared with
BUDGET = 1.5e11  # multiply-adds for them: ten seconds or so on one core


def rows(spec: LookSpec, data_dir: Path, folder: Path) -> Iterator[Row]:
    """Progress, then the result; `folder` gets shown.png, input.png, choices.png and, for before
    and after, activations-....png and patches-....png.

    Raises UserError: look.other_run, explain.picture, picture.*, and what `sets.load`,
    `backbones.build`, `record.ended` and `trained.load` raise.
    """
    row = catalog.dataset(spec.data)
    size = compared(spec.backbone, len(row.classes), row.train_pool)
    pictures = sets.load(spec.data, size, spec.seed, Knobs(spec.difficulty, spec.shift))
    networks, states = _networks(spec, data_dir)
    image = chosen_picture(spec.picture, spec.upload, pictures.test.images, data_dir)
    image = 255 - image if spec.invert else image
    backbone = networks["before"]
    result = _pictures(spec, pictures, image, backbone.input, folder)
    result["states"] = states
    found: dict[str, Answers] = {}
    for when, network in networks.items():
        one = answers.to_one(network.blocks, network.input, image)
        many = yield from _many(when, network, pictures.train)
        found[when] = Answers(one, many)
    fields = receptive.fields(backbone.blocks, backbone.input)
    before = found["before"]
    chosen = [chosen_channels(*both) for both in zip(before.one, before.many, strict=True)]
    told: list[Row] = [
        {
            "name": block.name,
            "size": answer.shape[-1],
            "channels": len(answer),
            "field": min(field.size, backbone.input.size),
            "shown": channels,
        }
        for block, answer, field, channels in zip(
            catalog.backbone(spec.backbone).blocks, before.one, fields, chosen, strict=True
        )
    ]
    gallery = sheets.Gallery(seen(pictures.train.images, backbone.input), pictures.train.labels)
    for when, answered in found.items():
        lines, written = sheets.write(when, answered, chosen, fields, gallery, folder)
        result |= written
        for block, of_block in zip(told, lines, strict=False):  # a run may have dropped the last
            block[when] = of_block
    yield result | {"blocks": told, "pictures": len(pictures.train)}


def compared(backbone: str, classes: int, pool: int) -> int:
    """Pictures that an answer is compared with: what BUDGET allows, each class at least once."""
    macs = catalog.backbone(backbone).macs
    return min(max(min(MOST, int(BUDGET / macs)), 4 * classes, 40), pool)


def chosen_channels(one: torch.Tensor, many: Reference) -> list[int]:
    """Those that stand out most on this picture, the first first."""
    return many.stands_out(one).topk(min(CHANNELS, len(one))).indices.tolist()


def _networks(spec: LookSpec, data_dir: Path) -> tuple[dict[str, Backbone], list[str] | None]:
    """Before and, of a run, after; and what the run did with each block."""
    if spec.run is None:
        backbone = backbones.build(spec.backbone)
        return {"before": backbone}, None
    values, kept = record.ended(data_dir, spec.run, "fine_tune")
    run = trained.load(FineTuneSpec(**values), kept)
    if (run.asked.backbone, run.asked.data) != (spec.backbone, spec.data):
        raise UserError("look.other_run")
    before = run.before
    after = Backbone(before.name, run.after, before.channels, before.input, "")
    states = [run.state(number) for number in range(1, len(before.blocks) + 1)]
    return {"before": before, "after": after}, states


def _pictures(
    spec: LookSpec, pictures: ImageData, image: torch.Tensor, into: InputSpec, folder: Path
) -> Row:
    """The picture, as it came and as the network is given it, and others to choose."""
    test = pictures.test
    each = max(1, CHOICES // len(pictures.classes))
    labels = range(min(len(pictures.classes), CHOICES))
    choices = [i for c in labels for i in (test.labels == c).nonzero()[:each, 0].tolist()]
    sheet = write_sprite(test.images[choices].numpy(), folder / "choices.png")
    return {
        "kind": "result",
        "status": "finished",
        "backbone": spec.backbone,
        "data": spec.data,
        "classes": list(pictures.classes),
        "label": None if spec.picture is None else int(test.labels[spec.picture]),
        "shown": write_sprite(image.numpy(), folder / "shown.png"),
        "input": write_sprite(seen(image, into).numpy(), folder / "input.png"),
        "choices": sheet | {"index": choices, "label": test.labels[choices].tolist()},
    }


def _many(when: str, network: Backbone, train: Split) -> Generator[Row, None, list[Reference]]:
    for done, found in answers.to_many(network.blocks, network.input, train.images):
        yield {"kind": "progress", "part": when, "done": done, "of": len(train)}
        if found is not None:
            return found
    raise AssertionError("the last one brings the answers")
