"""What a pre-training learns with: AdamW, or Muon for the convolutions and AdamW for the rest.

Muon makes the update of a weight matrix orthogonal, so that it moves as far in every direction as
in the strongest one (Jordan et al. 2024, kellerjordan.github.io/posts/muon).  torch's takes
matrices; a convolution is one with a row for each output channel.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn


class Learner:
    """One optimiser of several parts, each with a one-cycle schedule of `steps` steps.

    `lr`: peak rate of AdamW; `matrix_lr`: of Muon, 0 leaves everything to AdamW.  Weights decay,
    normalisation and biases do not.  The blocks have to lie in memory as they stay (channels_last
    here): Muon holds views of their weights.
    """

    def __init__(
        self,
        blocks: nn.Module,
        heads: nn.Module,
        lr: float,
        matrix_lr: float,
        weight_decay: float,
        warm_up: float,
        steps: int,
    ) -> None:
        # The first convolution has three colours or one to learn from: hardly a matrix.
        convolutions = [p for p in blocks.parameters() if p.ndim == 4][1:] if matrix_lr else []
        self.matrices = [(weight, _matrix(weight.detach())) for weight in convolutions]
        apart = {id(weight) for weight in convolutions}
        rest = [p for p in (*blocks.parameters(), *heads.parameters()) if id(p) not in apart]
        decayed = {"params": [p for p in rest if p.ndim > 1], "weight_decay": weight_decay}
        free = {"params": [p for p in rest if p.ndim <= 1], "weight_decay": 0.0}
        self.parts: list[torch.optim.Optimizer] = [torch.optim.AdamW([decayed, free], lr=lr)]
        peaks = [lr]
        if self.matrices:
            views = [view for _, view in self.matrices]
            self.parts.append(torch.optim.Muon(views, lr=matrix_lr, weight_decay=weight_decay))
            peaks.append(matrix_lr)
        self.schedules = [
            torch.optim.lr_scheduler.OneCycleLR(
                part, peak, total_steps=steps, pct_start=warm_up, cycle_momentum=len(peaks) == 1
            )
            for part, peak in zip(self.parts, peaks, strict=True)
        ]

    def zero_grad(self) -> None:
        for part in self.parts:
            part.zero_grad(set_to_none=True)
        for weight, _ in self.matrices:
            weight.grad = None

    def step(self) -> None:
        """One step of every part, and of its schedule."""
        for weight, view in self.matrices:
            view.grad = None if weight.grad is None else _matrix(weight.grad)
        for part, schedule in zip(self.parts, self.schedules, strict=True):
            part.step()
            schedule.step()

    def state_dict(self) -> dict[str, Any]:
        return {
            "parts": [part.state_dict() for part in self.parts],
            "schedules": [schedule.state_dict() for schedule in self.schedules],
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        for part, saved in zip(self.parts, state["parts"], strict=True):
            part.load_state_dict(saved)
        for schedule, saved in zip(self.schedules, state["schedules"], strict=True):
            schedule.load_state_dict(saved)


def _matrix(weight: torch.Tensor) -> torch.Tensor:
    """(out, in, h, w) as (out, h * w * in): a view where the memory is channels_last."""
    return weight.permute(0, 2, 3, 1).reshape(len(weight), -1)
