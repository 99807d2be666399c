"""Which epoch's weights a run ends with: the last one's, or the best by validation (a choice).

Early stopping is the same look at the validation pictures: after `patience` epochs without a better
one, nothing more is learned (Prechelt 1998, "Early Stopping - But When?").  The network before the
first step is epoch 0 and counts; of equal epochs the earlier is kept.  The best of many looks at
the same pictures flatters itself, so the test pictures, which had no say, are asked as always.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tlcore.training.engine import learned, tensorfile
from tlcore.training.engine.rows import KeptRow
from tlcore.training.engine.state import State
from tlcore.training.transfer import plan as plans

PREFIX = "kept."  # of the best epoch's weights in the file of a paused run


class Kept:
    """The best epoch so far, and a copy of its weights where those are to be kept."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.best = state.recipe.kept_epoch == "best"
        self.epoch, self.accuracy = -1, -1.0
        self.told, self.told_accuracy = -1, -1.0  # the last epoch there was
        self._weights: tensorfile.Tensors = {}

    def see(self, accuracy: float) -> None:
        """After each epoch, with its validation accuracy; tells the state whether one follows."""
        self.told, self.told_accuracy = self.state.epoch, accuracy
        if accuracy > self.accuracy:
            self.epoch, self.accuracy = self.state.epoch, accuracy
            if self.best:
                now = learned.tensors(self.state)
                self._weights = {name: value.detach().clone() for name, value in now.items()}
        self.state.last = self._ends(self.told)

    def epochs(self, after: int) -> Iterator[int]:
        """The numbers of those that follow `after`, until the last or until patience ends."""
        while not self._ends(after):
            after += 1
            yield after

    def _ends(self, epoch: int) -> bool:
        """Whether none follows it."""
        recipe = self.state.recipe
        tired = recipe.patience is not None and epoch - self.epoch >= recipe.patience
        return tired or epoch >= recipe.epochs

    def put_back(self) -> None:
        """The best epoch's weights into the network, where those are to be kept."""
        if self._weights and self.epoch != self.told:
            state = self.state
            behind = plans.stretch(state.blocks, state.plan.freeze, state.plan.read)
            learned.put(self._weights, behind, state.head)

    def row(self) -> KeptRow | None:
        """What the result says of it; None where the planned last epoch was simply kept."""
        stopped = self.told < self.state.recipe.epochs
        if not (self.best or stopped):
            return None
        return KeptRow(
            epoch=self.epoch if self.best else self.told,
            best=self.epoch,
            of=self.told,
            val_accuracy=self.accuracy if self.best else self.told_accuracy,
            stopped=stopped,
        )

    def facts(self) -> dict[str, Any]:
        """What a paused run needs to go on looking; all that JSON can hold."""
        names = ("epoch", "accuracy", "told", "told_accuracy")
        return {name: getattr(self, name) for name in names}

    def tensors(self) -> tensorfile.Tensors:
        return {PREFIX + name: value for name, value in self._weights.items()}

    def resume(self, facts: dict[str, Any], tensors: tensorfile.Tensors) -> None:
        for name, value in facts.items():
            setattr(self, name, value)
        self._weights = {
            name.removeprefix(PREFIX): value
            for name, value in tensors.items()
            if name.startswith(PREFIX)
        }
