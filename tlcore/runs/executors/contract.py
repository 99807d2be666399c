"""What the dispatcher and an executor promise each other; neither knows more of the other.

An executor has places to run, and gives one when it is asked to.  The dispatcher takes a place
*before* it tells anybody that the run has begun: while there is none the run waits, and no learner
is told of a start that does not come.  The dispatcher calls from one thread.  `tests/tlcore/runs/
test_dispatch.py`, `test_dispatch_life.py` and `test_pause.py` hold every executor of
`choice.EXECUTORS` to this.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from tlcore.runs.run import Lane

# What a worker is told: run_id, attempt, kind, spec, compute, hash, user, created, started,
# data_dir, store.  All of it is JSON: it may have to travel.
Job = dict[str, Any]
Ending = dict[str, Any]  # ending: finished | diverged | failed | stopped | paused; error_key, ...


class Link(Protocol):
    """How a worker hears that nobody waits for its run any more, or that it is to rest."""

    def stopping(self) -> bool: ...

    def pausing(self) -> bool: ...


Work = Callable[[Job, Link], Ending]  # what runs in the place that was taken


class Taken(Protocol):
    """A place that was taken, for one job.  Nothing of it raises, whatever has died meanwhile."""

    @property
    def alive(self) -> bool:
        """Whether it may still say something.  Once False it stays so."""

    def ending(self) -> Ending | None:
        """How the job ended, told once; None before that, and where it died without a word.

        To be asked where `alive` is False, too: a worker says its last word and leaves."""

    def tell(self, words: Job | str) -> None:
        """The job, once; afterwards "stop" or "pause", wishes that the worker meets between two
        steps or never.  To a dead one it means nothing."""

    def terminate(self) -> None:
        """Ask it to end; it may be deaf to that."""

    def kill(self) -> None:
        """End it, whatever it does: `alive` is False within a second."""

    def memory_mb(self) -> float:
        """MiB that it holds now (resident); 0 where that cannot be known, as of a dead one."""


T = TypeVar("T", bound=Taken)


class Executor(Protocol[T]):
    """Places for runs, so many of each lane."""

    @property
    def slots(self) -> Mapping[Lane, int]:
        """Runs at once in each lane; 0: such a run can never start here.  Does not change."""

    def free(self, kind: Lane) -> bool:
        """Whether a slot of this lane holds no run; `take` may still have to wait for its place."""

    def take(self, kind: Lane) -> T | None:
        """A place in a free slot, to be told a job; None while there is none yet: ask again at the
        next tick.  Returns at once.  It may die before it has read its job."""

    def give_back(self, taken: T) -> None:
        """It was told no job after all: the slot is free."""

    def release(self, taken: T) -> None:
        """Its job is over or it is dead: the slot is free at once; what still lives of it goes
        within about a second, or is ended."""

    def wait(self, seconds: float) -> None:
        """Until something that was taken speaks or dies, at most `seconds`."""

    def close(self) -> None:
        """End everything that it began, within 3 s and with no process left; may be called twice.
        What had ended by then is in the store; the rest is interrupted."""
