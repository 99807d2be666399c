"""CPU seconds of a fine-tune with so many epochs, by peer and by how much is frozen.

ResNet-18 at 224 px with random weights on 244 + 153 drawn pictures, as many as the PyTorch tutorial
has, validated after each epoch.  Every epoch of a peer does the same work, so it is run with one
epoch and with two, and an epoch more costs the difference.  Ours with everything but the
head frozen is run with all its epochs.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch

from tests.bench.peers import (
    fastai_learner,
    hugging_face_trainer,
    keras_network,
    lightning_callback,
    ours,
    plain_loop,
)
from tests.bench.peers.kept import Kept
from tests.bench.peers.work import Outcome, Work
from tlcore.data import sets
from tlcore.data.images import ImageData, Split, sha256_of
from tlcore.ground.recipe import Compute
from tlcore.networks import backbones

TRAIN, VAL, EPOCHS, BATCH = 244, 153, 25, 32
FEW, SOME = 1, 2  # epochs that are run
BACKBONE = "resnet18"
DEPTHS = {"head": 9, "full": 0, "second": 5, "stem": 1}  # blocks frozen: stem, then two a stage
PEERS: dict[str, Callable[..., Outcome]] = {
    "PyTorch tutorial's loop": plain_loop.train,
    "fastai": fastai_learner.train,
    "Lightning BackboneFinetuning": lightning_callback.train,
    "Hugging Face Trainer": hugging_face_trainer.train,
    "Keras on torch": keras_network.train,
}
OURS, PLAIN, VIEWS = "ours", "ours, in fp32 as the others", "ours, eight stored views"


@dataclass(frozen=True)
class Cost:
    """CPU seconds of one thread for all epochs; whether the frozen part is what it was before."""

    seconds: float
    kept: bool | None


def pictures(train: int = TRAIN, val: int = VAL) -> ImageData:
    """Drawn sprites, enlarged; unless told, as many as the tutorial has ants and bees."""
    drawn = sets.load("game", train, 0)
    parts = [
        Split(_enlarged(part.images[:count]), part.labels[:count])
        for part, count in ((drawn.train, train), (drawn.val, val), (drawn.test, BATCH))
    ]
    return ImageData(drawn.name, drawn.classes, *parts, sha256_of(*parts))


def _enlarged(images: torch.Tensor) -> torch.Tensor:
    whole = torch.nn.functional.interpolate(images.float(), (224, 224), mode="bilinear")
    return whole.round().to(torch.uint8)


def measure(depth: str, compute: Compute, kept: Kept) -> dict[str, Cost]:
    """Everyone once, in turns."""
    network = backbones.build(BACKBONE, pretrained=False, seed=0)
    work = Work(network, pictures(), DEPTHS[depth], EPOCHS, BATCH, lr=1e-3, head_lr=1e-3)
    train, val = work.ready(work.data.train), work.ready(work.data.val)
    mine: dict[str, Callable[[Work], Outcome]] = {OURS: lambda asked: ours.train(asked, compute)}
    if compute.precision != "fp32":
        mine[PLAIN] = lambda asked: ours.train(asked, Compute())
    if depth == "head":
        mine[VIEWS] = lambda asked: ours.train(asked, compute, views=True)
    theirs: Mapping[str, Callable[[Work], Outcome]] = {
        name: lambda asked, peer=peer: peer(asked, train, val)  # type: ignore[misc]
        for name, peer in PEERS.items()
    }
    found: dict[str, Cost] = {}
    for name, doing in {**mine, **theirs}.items():
        timing = _timed if depth == "head" and name in mine else _counted
        seconds, same = kept.of(f"{depth}: {name}", lambda t=timing, d=doing: t(d, work))  # type: ignore[misc]
        found[name] = Cost(seconds, same)
    return found


def _timed(doing: Callable[[Work], Outcome], work: Work) -> tuple[float, bool | None]:
    began = time.process_time()
    made = doing(work)
    return time.process_time() - began, made.kept


def _counted(doing: Callable[[Work], Outcome], work: Work) -> tuple[float, bool | None]:
    few, some = (_timed(doing, dataclasses.replace(work, epochs=n)) for n in (FEW, SOME))
    each = (some[0] - few[0]) / (SOME - FEW)
    return few[0] + (work.epochs - FEW) * each, some[1]
