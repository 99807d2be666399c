"""How good the network is: loss and accuracy on held-out pictures, and what lies behind them."""

from __future__ import annotations

import torch
from torch.nn import functional as F

from tlcore.ground.spread import wilson
from tlcore.training.engine.feed import Feed
from tlcore.training.engine.rows import Verdict, number
from tlcore.training.engine.state import State

SHOWN = 12  # best and worst pictures in a result


NOTHING = Verdict(
    test_accuracy=None,
    interval=None,
    test_loss=None,
    confusion=None,
    truth=None,
    predictions=None,
    confidence=None,
    best=None,
    worst=None,
)


def scores(state: State, feed: Feed) -> torch.Tensor:
    """Scores of all pictures of a split, (N, classes) on the CPU; everything in eval mode."""
    state.eval()
    with torch.no_grad():
        parts = [state.scores(x) for x, _ in feed.in_order()]
    return torch.cat(parts).cpu()


def loss_and_accuracy(state: State, feed: Feed) -> tuple[float, float]:
    """The same loss that is trained, so that both curves stand on one axis."""
    given, labels = scores(state, feed), feed.split.labels
    loss = F.cross_entropy(given, labels, label_smoothing=state.recipe.label_smoothing)
    hits = (given.argmax(1) == labels).sum()
    return loss.item(), hits.item() / len(labels)


def judge(state: State, feed: Feed) -> Verdict:
    """The verdict on the test pictures."""
    given, labels = scores(state, feed), feed.split.labels
    losses = F.cross_entropy(given, labels, reduction="none")
    sure, said = given.softmax(1).max(1)
    right = said == labels
    classes = given.shape[1]
    pairs = torch.bincount(labels * classes + said, minlength=classes**2)
    smooth = F.cross_entropy(given, labels, label_smoothing=state.recipe.label_smoothing)
    hits = int(right.sum())
    most_sure = torch.where(right, sure, -1.0).argsort(descending=True, stable=True)
    return Verdict(
        test_accuracy=hits / len(labels),
        interval=list(wilson(hits, len(labels))),
        test_loss=number(smooth.item()),
        confusion=pairs.view(classes, classes).tolist(),
        truth=labels.tolist(),
        predictions=said.tolist(),
        confidence=[round(value, 4) for value in sure.tolist()],
        best=most_sure[: min(SHOWN, hits)].tolist(),
        worst=losses.argsort(descending=True, stable=True)[:SHOWN].tolist(),
    )
