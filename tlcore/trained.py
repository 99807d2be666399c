"""The network of a run that has ended, beside the pre-trained one that it began from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from torch import nn

from tlcore import backbones, catalog, record, spec
from tlcore.backbones import Backbone
from tlcore.engine import learned
from tlcore.errors import UserError


@dataclass(frozen=True)
class Trained:
    """`before` is the whole pre-trained backbone; `after` the run's blocks 1 .. read, its head
    behind them; all in eval mode on the CPU."""

    asked: spec.FineTuneSpec
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


def of_run(data_dir: Path, run_id: str) -> Trained:
    """Read a finished fine-tune from its folder.

    Raises UserError: run.gone, explain.unfinished, export.weights_gone, learned.damaged, own.*
    and what `backbones.build` raises.
    """
    folder = data_dir / "runs" / run_id
    found = record.read(folder)
    if found is None:
        raise UserError("run.gone")
    asked = spec.parse(found.spec)
    if not isinstance(asked, spec.FineTuneSpec) or (found.result or {}).get("status") != "finished":
        raise UserError("explain.unfinished")
    backbone = backbones.build(asked.backbone)
    backbone.blocks.eval()
    classes = len(catalog.dataset(asked.data).classes)
    try:
        after, head = learned.load(backbone, asked.plan, classes, folder / learned.FILE)
    except FileNotFoundError:
        raise UserError("export.weights_gone") from None
    return Trained(asked, backbone, after, head)
