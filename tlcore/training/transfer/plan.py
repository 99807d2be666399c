"""Which blocks keep what they know, which start anew, and which learn.

A plan is three block numbers counted from the input, so a page can draw it and a run can save it.
A plan is applied to fresh copies, never on top of the last one.  `train_mode` exists because
`model.train()` would restart frozen batch-norm statistics, dropout and stochastic depth.
"""

from __future__ import annotations

import copy
from collections import OrderedDict

import torch
from torch import nn

from tlcore.ground import variants
from tlcore.ground.errors import UserError
from tlcore.ground.recipe import TransferPlan, from_scratch
from tlcore.networks import seeds
from tlcore.networks.backbone import Backbone
from tlcore.networks.vision.own_weights import begin
from tlcore.training.transfer import parts, pooling

Counts = dict[str, tuple[int, int]]


def check(plan: TransferPlan, blocks: int) -> None:
    """Raise UserError("plan.out_of_order") unless 0 <= freeze <= keep <= read <= blocks."""
    if not plan.in_order(blocks):
        told = {"read": plan.read, "keep": plan.keep, "freeze": plan.freeze, "blocks": blocks}
        raise UserError("plan.out_of_order", **told)


def assemble(
    backbone: Backbone, plan: TransferPlan, classes: int, seed: int, dropout: float = 0.0
) -> tuple[nn.Sequential, nn.Sequential]:
    """Copies of the blocks up to `read`, those after `keep` from new weights, and a new head; what
    the plan adds to kept blocks is there and changes nothing yet.

    The backbone itself stays as it was.  Each new block and the head draw from a stream of their
    own, so block 7 starts from the same random weights in every plan that renews it.
    """
    check(plan, len(backbone.blocks))
    blocks = copy.deepcopy(stretch(backbone.blocks, 0, plan.read))
    for number in range(plan.keep + 1, plan.read + 1):
        with seeds.fork(seed, "block", number):
            renew(blocks[number - 1])
    add(blocks, backbone, plan, seed)
    with seeds.fork(seed, "head"):
        head = new_head(backbone.channels[plan.read - 1], classes, dropout)
    pooling.fit(head, backbone.input)
    return blocks, head


def untaught(backbone: Backbone, seed: int) -> nn.Sequential:
    """Its blocks with the random weights that a run from scratch with this seed begins with."""
    blocks, _ = assemble(backbone, from_scratch(len(backbone.blocks)), 2, seed)
    return blocks


def add(blocks: nn.Sequential, backbone: Backbone, plan: TransferPlan, seed: int) -> None:
    """To blocks whose weights stay as they were, what learns instead of them; in place."""
    for number in filter(plan.in_part, range(1, len(blocks) + 1)):
        part = parts.module(variants.of(plan.learns), backbone.input)
        with seeds.fork(seed, plan.learns, number):
            at = number - 1
            blocks[at] = part.fitted(blocks[at], backbone.channels[at])


def stretch(blocks: nn.Sequential, start: int, stop: int) -> nn.Sequential:
    """Blocks start+1 .. stop under their own names; the same modules, not copies."""
    return nn.Sequential(OrderedDict(list(blocks.named_children())[start:stop]))


def moving(blocks: nn.Sequential, plan: TransferPlan) -> nn.Sequential:
    """What learns, by the name of its block: the block, or a part of it; the same modules.

    A block without such a part (a norm alone has no matrix that LoRA could be added to) is not
    there.
    """
    named: OrderedDict[str, nn.Module] = OrderedDict()
    for number, (name, block) in enumerate(blocks.named_children(), start=1):
        if not plan.in_part(number):
            named |= {name: block} if plan.moves(number) else {}
        elif len(part := parts.additions(block, plan.learns)):
            named[name] = part
    return nn.Sequential(named)


def resting(blocks: nn.Sequential, plan: TransferPlan) -> nn.Sequential:
    """The blocks in which nothing learns."""
    busy = dict(moving(blocks, plan).named_children())
    return nn.Sequential(
        OrderedDict(each for each in blocks.named_children() if each[0] not in busy)
    )


class Standardise(nn.Module):
    """(x - mean) / spread per feature, both fixed: what a linear probe does before it learns.

    Early blocks give features a tenth as large as late ones; without this, one rate for every
    `read` leaves a head on an early block under-trained (digits, 40 pictures, block 4, 60 epochs:
    .51 instead of .82) and blames the features for it.
    """

    mean: torch.Tensor
    spread: torch.Tensor

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("spread", torch.ones(channels))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (x - self.mean) / self.spread

    def measure(self, x: torch.Tensor) -> None:
        """Take mean and spread from features (N, channels); a dead feature stays small."""
        spread, mean = torch.std_mean(x, dim=0)
        self.mean.copy_(mean)
        self.spread.copy_(spread.clamp_min(0.01 * spread.max().clamp_min(1e-6)))


def new_head(channels: int, classes: int, dropout: float = 0.0) -> nn.Sequential:
    """Average over the picture, standardise, one linear layer: (N, channels, H, W) to scores."""
    parts: OrderedDict[str, nn.Module] = OrderedDict(
        pool=nn.AdaptiveAvgPool2d(1),
        flatten=nn.Flatten(),
        standardise=Standardise(channels),
    )
    if dropout:
        parts["dropout"] = nn.Dropout(dropout)
    parts["linear"] = nn.Linear(channels, classes)
    return nn.Sequential(parts)


GLANCE = 128  # training pictures from which the head's standardisation is measured


def glance(count: int) -> torch.Tensor:
    """At most GLANCE positions spread evenly over `count` pictures, so that each class is seen."""
    return torch.arange(0, count, max(1, -(-count // GLANCE)))


def measure_head(head: nn.Sequential, features: torch.Tensor) -> None:
    """Fit the head's standardisation to frozen features (N, channels, H, W) of a glance.

    Only where the block under the head is frozen: features that learn change their own scale, and
    batch-norm shows them at another one while it trains.
    """
    flat = head.get_submodule("flatten")(head.get_submodule("pool")(features.float()))
    standardise = head.get_submodule("standardise")
    assert isinstance(standardise, Standardise)
    standardise.measure(flat)


def renew(block: nn.Module) -> None:
    """Random weights in place of learned ones, statistics of batch-norm included.

    Convolutions by He et al. 2015 (fan out, as in torchvision's ResNet); other layers as torch
    makes them.  A module that owns weights but cannot reset them is a bug in the backbone.
    """
    for name, module in block.named_modules():
        reset = getattr(module, "reset_parameters", None) or getattr(
            module, "_reset_parameters", None
        )
        if reset is not None:
            reset()
        else:
            for own, weight in module.named_parameters(recurse=False):
                if not begin(own, weight):
                    told = name or type(module).__name__
                    raise TypeError(f"{told} has weights but no reset_parameters")
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")


def apply(blocks: nn.Sequential, head: nn.Module, plan: TransferPlan) -> Counts:
    """Set `requires_grad` block by block; return {block: (learning, total)} in parameters."""
    check(plan, len(blocks))
    blocks.requires_grad_(False)
    moving(blocks, plan).requires_grad_(True)
    head.requires_grad_(True)
    counts: Counts = {}
    for name, part in (*blocks.named_children(), ("head", head)):
        learning = sum(p.numel() for p in part.parameters() if p.requires_grad)
        counts[name] = (learning, sum(p.numel() for p in part.parameters()))
    return counts


def train_mode(blocks: nn.Sequential, head: nn.Module, plan: TransferPlan) -> None:
    """`train()` for what learns; every block that stays as it was is in eval mode as a whole."""
    blocks.eval()
    moving(blocks, plan).train()
    head.train()


def wake(moving: nn.Sequential, step: int, steps: int) -> None:
    """Gradual unfreezing (Howard & Ruder 2018, arXiv:1801.06146): which blocks learn at `step`.

    The head begins alone; then one block more, from the last to the first, every equal share of the
    first half of the steps.  A block that is not yet reached has no gradient and stays in eval.
    """
    awake = min(len(moving), (step - 1) * 2 * len(moving) // steps)
    moving.requires_grad_(True).train()
    moving[: len(moving) - awake].requires_grad_(False).eval()
