"""The network of a run that has ended, beside the pre-trained one that it began from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from torch import nn

from tlcore import catalog
from tlcore.ground.errors import UserError
from tlcore.networks.backbones import Backbone
from tlcore.training.engine import learned
from tlcore.training.spec_fine_tune import FineTuneSpec
from tlcore.training.transfer import fine_tune


@dataclass(frozen=True)
class Trained:
    """`before` is the whole pre-trained backbone; `after` the run's blocks 1 .. read, its head
    behind them; all in eval mode on the CPU."""

    asked: FineTuneSpec
    before: Backbone
    after: nn.Sequential
    head: nn.Sequential

    def state(self, number: int) -> str:
        """Of block `number` (from 1): "frozen", "kept", "new" or "dropped"."""
        plan = self.asked.plan
        if number > plan.read:
            return "dropped"
        if number <= plan.freeze:
            return "frozen"
        return "kept" if number <= plan.keep else "new"


def load(asked: FineTuneSpec, folder: Path) -> Trained:
    """Of a finished fine-tune, read from its folder.

    Raises UserError: export.weights_gone, learned.damaged, own.* and what `backbones.build` raises.
    """
    backbone = fine_tune.network(asked, pretrained=True)
    backbone.blocks.eval()
    classes = len(catalog.dataset(asked.data).classes)
    try:
        after, head = learned.load(backbone, asked.plan, classes, folder / learned.FILE)
    except FileNotFoundError:
        raise UserError("export.weights_gone") from None
    return Trained(asked, backbone, after, head)
