"""A paused run on disk: all that changes while it trains, so that it goes on as if never paused.

Every draw is named by seed, epoch and step, so no random generator is carried.  What does not
change (pictures, frozen blocks, the weights that distances are measured from) is built again.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import torch

from tlcore.ground.errors import UserError
from tlcore.ground.recipe import LATER, Recipe
from tlcore.training.engine import learned, tensorfile
from tlcore.training.engine.clock import Clock
from tlcore.training.engine.kept import Kept
from tlcore.training.engine.observe import Observer
from tlcore.training.engine.report import Report
from tlcore.training.engine.state import State
from tlcore.training.transfer import plan as plans

FORMAT = 1
# A run that was paused before a setting came meant its default.
_LATER = {f.name: LATER[f.name] for f in dataclasses.fields(Recipe) if f.name in LATER}


class Checkpoint:
    """`Checkpoint(path)` before `train(..., checkpoint=...)`; `save` between two of its rows.

    Raises UserError("run.state_damaged") where a file is there and cannot be used.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.found = path is not None and path.exists()
        self.rows = 0  # written when the state was saved
        self._tensors: tensorfile.Tensors = {}
        self._facts: dict[str, Any] = {}
        self._parts: tuple[State, Observer, Report, Clock, Kept] | None = None
        if path is not None and self.found:
            try:
                self._tensors, self._facts = tensorfile.read(path)
                self.rows = int(self._facts["rows"])
            except (tensorfile.Damaged, KeyError):
                raise UserError("run.state_damaged") from None

    @property
    def ready(self) -> bool:
        """Whether it may be saved now: from the first row on, unless only the result is left."""
        return self._parts is not None and not self._parts[2].broken

    def follow(
        self, state: State, observer: Observer, report: Report, clock: Clock, kept: Kept
    ) -> None:
        """Save these from now on; where a state was found, it is put into them first."""
        self._parts = state, observer, report, clock, kept
        if not self.found:
            return
        facts, tensors = self._facts, self._tensors
        facts["of"]["recipe"] = _LATER | facts["of"]["recipe"]
        if facts["of"] != _identity(state, report):
            raise UserError("run.state_damaged")  # of other weights, pictures or another torch
        behind = plans.stretch(state.blocks, state.plan.freeze, state.plan.read)
        learned.put(tensors, behind, state.head)
        _put_optimizer(tensors, state)
        kept.resume(facts.get("kept", {}), tensors)
        state.step, state.epoch = facts["step"], facts["epoch"]
        observer.sizes = facts["sizes"]
        report.resume(facts["report"])
        clock.resume(facts["t"], facts["parts"])
        self._tensors = {}

    def save(self, rows: int) -> None:
        """`rows`: how many rows of the run have been written, those before the pause included."""
        assert self.path is not None
        assert self._parts is not None
        state, observer, report, clock, kept = self._parts
        facts = {
            "of": _identity(state, report),
            "rows": rows,
            "step": state.step,
            "epoch": state.epoch,
            "sizes": observer.sizes,
            "report": report.running(),
            "t": clock.t,
            "parts": clock.parts,
            "kept": kept.facts(),
        }
        tensors = learned.tensors(state) | _of_optimizer(state) | kept.tensors()
        tensorfile.write(self.path, tensors, facts)


def _of_optimizer(state: State) -> tensorfile.Tensors:
    """What the rule remembers of each weight, by the weight's place among its groups."""
    return {
        f"optimizer.{number}.{name}": value
        for number, weight in enumerate(_weights(state))
        for name, value in state.optimizer.state.get(weight, {}).items()
        if isinstance(value, torch.Tensor)
    }


def _put_optimizer(tensors: tensorfile.Tensors, state: State) -> None:
    weights = _weights(state)
    for key, saved in tensors.items():
        if not key.startswith("optimizer."):
            continue
        _, number, name = key.split(".")
        weight = weights[int(number)]
        if saved.shape == weight.shape:
            # With the weight's own strides: the fused rules walk through both side by side.
            value = torch.empty_like(weight, requires_grad=False).copy_(saved)
        else:
            value = saved.to(weight.device)  # the count of steps
        state.optimizer.state[weight][name] = value


def _weights(state: State) -> list[torch.Tensor]:
    return [weight for group in state.optimizer.param_groups for weight in group["params"]]


def _identity(state: State, report: Report) -> dict[str, Any]:
    """What must be the same for a state to go on to the same bits."""
    return {
        "format": FORMAT,
        "torch": torch.__version__,
        "backbone": state.backbone_sha256,
        "data": report.data.sha256,
        "classes": len(report.data.classes),
        "plan": dataclasses.asdict(state.plan),
        "recipe": dataclasses.asdict(state.recipe),
        "compute": dataclasses.asdict(state.compute),
        "ratio_every": report.ratio_every,
    }
