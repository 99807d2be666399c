"""What a training step of a text encoder costs, by what learns: three costs, each measured.

How many numbers learn (what one more task stores, three times as many for gradient and AdamW), how
many bytes the forward pass keeps to go back, and how long a step takes.  Adapters and LoRA make the
first small; the other two hardly, because the gradient still passes every layer.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional as F

from tlcore.experiments.text import presets as preset
from tlcore.ground.recipe import Compute, Recipe, TransferPlan
from tlcore.networks import backbones, seeds
from tlcore.networks.backbones import Backbone, TextInput
from tlcore.training.engine.state import State

if TYPE_CHECKING:
    from tlcore.experiments.text.spec import TextCostSpec

Row = dict[str, Any]
STEPS = 3  # timed; the fastest counts
CLASSES = 2


def rows(spec: TextCostSpec, data_dir: Path, folder: Path) -> Iterator[Row]:
    """A line for each way of learning that this encoder has a place for; nothing is stored."""
    backbone = backbones.build(spec.backbone)
    ways = [way for way in preset.ways(spec.backbone) if way != "scratch"]
    found: list[Row] = []
    for way in ways:
        depth = 1 if way == "top" else preset.layers(spec.backbone)
        plan = preset.plan(way, depth, spec.backbone)
        found.append({"way": way, **measure(backbone, plan, spec.batch, spec.tokens)})
        yield {"kind": "progress", "part": "cost", "done": len(found), "of": len(ways)}
    yield {
        "kind": "result",
        "status": "finished",
        "backbone": spec.backbone,
        "batch": spec.batch,
        "tokens": spec.tokens,
        "steps": STEPS,
        "ways": found,
    }


def measure(backbone: Backbone, plan: TransferPlan, batch: int, tokens: int) -> Row:
    """`learning` numbers, bytes `kept` to go back, milliseconds of the processor for a `step`."""
    assert isinstance(backbone.input, TextInput)
    stream = seeds.generator(0, "cost")
    ids = torch.randint(1, backbone.input.vocabulary, (batch, tokens), generator=stream)
    labels = torch.arange(batch) % CLASSES
    state = State.begin(backbone, CLASSES, plan, Recipe(lr=1e-7, head_lr=1e-7), Compute())
    with torch.no_grad():
        stored = state.frozen(ids)  # what is frozen is passed once, not in each step
        if not len(state.learning):  # and a head alone reads what is averaged already
            stored = state.head.get_submodule("pool")(stored)
    state.train()
    held = {p.untyped_storage().data_ptr() for p in (*state.blocks.parameters(), stored, ids)}
    held |= {p.untyped_storage().data_ptr() for p in state.head.parameters()}
    kept: dict[int, int] = {}

    def keep(given: torch.Tensor) -> torch.Tensor:
        memory = given.untyped_storage()
        if memory.data_ptr() not in held:
            kept[memory.data_ptr()] = memory.nbytes()
        return given

    times = []
    for _ in range(STEPS):
        began = time.process_time()
        with torch.autograd.graph.saved_tensors_hooks(keep, lambda given: given):
            loss = F.cross_entropy(state.scores(stored), labels)
        state.optimizer.zero_grad(set_to_none=True)
        taken = sum(kept.values())
        loss.backward()  # type: ignore[no-untyped-call]
        state.optimizer.step()
        times.append(time.process_time() - began)
        kept.clear()
    return {
        "learning": sum(learning for learning, _ in state.counts.values()),
        "kept": taken,
        "step_ms": round(1000 * min(times), 2),
    }
