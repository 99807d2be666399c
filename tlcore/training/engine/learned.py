"""What a run learned, as a file: the learning blocks and the head, and nothing that was frozen.

Frozen blocks are the backbone's own, so the head of a run that trained only a head is a few
kilobytes, and the file of any run is enough to build its network again.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

from torch import nn

from tlcore.ground.errors import UserError
from tlcore.ground.recipe import TransferPlan
from tlcore.networks.backbone import Backbone
from tlcore.training.engine import tensorfile
from tlcore.training.engine.state import State
from tlcore.training.transfer import plan as plans

FILE = "learned.safetensors"  # in a run's folder


def tensors(state: State) -> tensorfile.Tensors:
    """Weights and buffers of what learns, by name: "blocks.block7.conv1.weight", "head...."."""
    behind = plans.stretch(state.blocks, state.plan.freeze, state.plan.read)
    blocks = {f"blocks.{name}": t for name, t in behind.state_dict().items()}
    head = {f"head.{name}": t for name, t in state.head.state_dict().items()}
    return blocks | head


def save(state: State, path: Path) -> None:
    """Blocks behind the frozen ones (freeze+1 .. read), with what was added to them, and the head,
    in fp32 with buffers."""
    facts = {
        "backbone": state.backbone,
        "backbone_sha256": state.backbone_sha256,
        "plan": dataclasses.asdict(state.plan),
        "classes": state.head.get_submodule("linear").out_features,
    }
    tensorfile.write(path, tensors(state), facts)


def load(
    backbone: Backbone, plan: TransferPlan, classes: int, path: Path
) -> tuple[nn.Sequential, nn.Sequential]:
    """The run's blocks 1..read and its head, in eval mode on the CPU.

    `backbone` needs its pre-trained weights only where `plan` freezes some of them.
    Raises FileNotFoundError, and UserError("learned.damaged", file) where the file cannot be read
    or belongs to another network.
    """
    try:
        found, facts = tensorfile.read(path)
        usual = {"learns": TransferPlan.learns}  # older files say nothing of it
        fits = usual | facts["plan"] == dataclasses.asdict(plan)
        fits = fits and facts["classes"] == classes
        if plan.freeze:
            fits = fits and facts["backbone_sha256"] == backbone.weights_sha256
        if not fits:
            raise tensorfile.Damaged("another network's")
        # Copies of all blocks and a head, then what learned over them.
        everything_kept = TransferPlan(plan.read, plan.read, plan.read)
        blocks, head = plans.assemble(backbone, everything_kept, classes, seed=0)
        if plan.variant.remains:  # else what was added is in the weights
            plans.add(blocks, backbone, plan, seed=0)
        put(found, plans.stretch(blocks, plan.freeze, plan.read), head)
    except (tensorfile.Damaged, KeyError, RuntimeError):
        raise UserError("learned.damaged", file=path.name) from None
    return blocks.eval(), head.eval()


def put(found: tensorfile.Tensors, learning: nn.Sequential, head: nn.Sequential) -> None:
    """Into the modules' own memory.  Raises RuntimeError where a name or shape does not fit."""
    for module, prefix in ((learning, "blocks."), (head, "head.")):
        own = {n.removeprefix(prefix): t for n, t in found.items() if n.startswith(prefix)}
        module.load_state_dict(own)
