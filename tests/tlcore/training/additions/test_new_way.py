"""A new way of learning is a row of the table and a module: here this file, of which nobody knows.

Of a block the scales of its norms learn, alone.
"""

from __future__ import annotations

import torch
from torch import nn

from tests.tlcore import toy
from tlcore.experiments.export.run import constants
from tlcore.ground.recipe import Recipe, TransferPlan
from tlcore.ground.variants import VARIANTS, Variant
from tlcore.training.engine import digest, learned, train
from tlcore.training.engine.plain import train_plain
from tlcore.training.transfer import parts

SCALES = Variant("scales", kept="part", parts={"picture": __name__, "text": __name__}, own="scales")


def fitted(block: nn.Module, channels: int) -> nn.Module:
    return block


def additions(block: nn.Module) -> nn.ParameterList:
    """Of batch-norms."""
    norms = (part for part in block.modules() if isinstance(part, nn.BatchNorm2d))
    return nn.ParameterList(norm.weight for norm in norms)


def counted(block: nn.Module, channels: int) -> tuple[int, int]:
    return 0, sum(weight.numel() for weight in additions(block))


TAKEN = ()


def test_it_trains_as_the_plain_loop_does_is_counted_exported_and_built_again(
    tmp_path, monkeypatch
):
    monkeypatch.setitem(VARIANTS, "scales", SCALES)
    plan, recipe, file = TransferPlan(4, 3, 1, "scales"), Recipe(epochs=2, batch=8), tmp_path / "l"
    running = train(toy.backbone(), toy.images(), plan, recipe, learned_file=file)
    rows = [next(running)]
    blocks = running.gi_frame.f_locals["state"].blocks
    rows += list(running)
    before = toy.backbone().blocks.state_dict()
    moved = {
        name for name, now in blocks.state_dict().items() if not torch.equal(now, before[name])
    }
    assert {name for name in moved if not name.startswith("block4.")} == {
        "block2.1.weight",
        "block3.1.weight",
    }
    assert [group["learning"] for group in rows[0]["groups"][:3]] == [0, 8, 8]
    made = rows[-1]["weights_sha256"]
    for found in (
        train_plain(toy.backbone(), toy.images(), plan, recipe),
        learned.load(toy.backbone(), plan, 3, file),
    ):
        assert digest.of_texts([digest.of_module(part) for part in found]) == made
    told = [parts.counted(block, 8, toy.backbone().input) for block in toy.backbone().blocks]
    assert [row["scales"] for row in told] == list(toy.WIDTHS)
    assert "isinstance(part, nn.BatchNorm2d)" in constants.part(SCALES)["additions"]
