"""AdamW as the first code of BERT has it: its two averages begin at zero and are taken as they are.

Adam divides them by 1 - beta ** step, because so short an average lies too near to zero (Kingma &
Ba 2015, section 3).  Without that, the first step is 0.1 / sqrt(0.001) = 3.2 times as large as the
rate says, the 20th still 6.2 times, and only after thousands is it as large.
"""

from __future__ import annotations

from typing import Any

import torch


class Uncorrected(torch.optim.AdamW):
    """AdamW without the correction of bias (google-research/bert, optimization.py)."""

    @torch.no_grad()
    def step(self, closure: Any = None) -> Any:
        """One step of every weight that has a gradient; a plain loop, no fused kernel."""
        for group in self.param_groups:
            first, second = group["betas"]
            for weight in group["params"]:
                if weight.grad is None:
                    continue
                memory = self.state[weight]
                if not memory:
                    memory["exp_avg"] = torch.zeros_like(weight)
                    memory["exp_avg_sq"] = torch.zeros_like(weight)
                mean, square = memory["exp_avg"], memory["exp_avg_sq"]
                mean.lerp_(weight.grad, 1 - first)
                square.mul_(second).addcmul_(weight.grad, weight.grad, value=1 - second)
                weight.mul_(1 - group["lr"] * group["weight_decay"])
                weight.addcdiv_(mean, square.sqrt().add_(group["eps"]), value=-group["lr"])
