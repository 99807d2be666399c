"""One student queues 200 runs: how much later everyone else's first run starts.

Live, every other student comes at a random moment: of the greedy one's runs, how many were started
while they waited?  Simulated, the same class is played twice, with the greedy student and without.
"""

from __future__ import annotations

import heapq
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from tests.bench.classroom import room
from tests.bench.table import Line
from tests.bench.timing import median
from tlcore.runs import fairness
from tlcore.runs.limits import RoomLimits
from tlcore.runs.run import Ticket
from tlcore.runs.store.store import Store
from tlcore.runs.store.tables import runs

GREED = 200
STUDENTS = 20  # live
STEP, STEPS = 0.02, 50  # a run takes a second
CLASS, SLOTS, CLASSES = 40, 2, 200  # simulated
GREEDY = "greedy"


def lines() -> list[Line]:
    return [*live(), *simulated()]


def live() -> list[Line]:
    between, waited = measured(GREED, STUDENTS)
    return [
        Line(
            f"{GREED} runs of one student, live",
            f"while another's first run waited, the greedy one was given a slot at most "
            f"{max(between)} times; it waited {median(waited):.2f}, at most {max(waited):.2f} s",
            "at most one run later",
            f"real store, dispatcher, {room.machine.cpu_slots()} slots, stand-in worker, "
            f"{STEP * STEPS:.0f} s a run; {STUDENTS} students come one by one, at random moments, "
            f"while the {GREED} wait",
        )
    ]


def measured(greed: int, students: int) -> tuple[list[int], list[float]]:
    """Of each other student's first run: how often the greedy one was given a slot while it
    waited, and the seconds it waited."""
    draw = random.Random(0)
    size = {"train_size": 4 * STEPS, "batch": 4, "epochs": 1}
    with room.room(step=STEP) as (_, store):
        store.set_limits(RoomLimits(waiting=500))
        for number in range(greed):
            room.submit(store, GREEDY, number, **size)
        room.until(lambda: len(_started(store, GREEDY)) >= SLOTS)
        firsts = {}
        for number in range(students):
            time.sleep(2 * draw.random() * STEP * STEPS)
            firsts[room.submit(store, f"student{number}", 1000 + number, **size)] = time.time()
        room.until(lambda: all(_when(store, run_id) for run_id in firsts))
        greedy = _started(store, GREEDY)
        starts = {run_id: _when(store, run_id) for run_id in firsts}
    between = [
        sum(asked < start < starts[run_id] for start in greedy) for run_id, asked in firsts.items()
    ]
    return between, [starts[run_id] - asked for run_id, asked in firsts.items()]


def _started(store: Store, user: str) -> list[float]:
    query = sa.select(runs.c.started).where(runs.c.user == user, runs.c.started.is_not(None))
    return list(store.database.read(lambda c: c.execute(query).scalars().all()))


def _when(store: Store, run_id: str) -> float:
    """When it was started; 0: not yet."""
    run = store.run(run_id)
    return run.started or 0.0 if run else 0.0


@dataclass(frozen=True)
class Wish:
    """A run in a simulated class."""

    user: str
    at: float
    takes: float


def simulated() -> list[Line]:
    """The dispatcher's own rule (tlcore.runs.fairness) in classes of 40 with random arrivals."""
    later = [runs for seed in range(CLASSES) for runs in runs_later(seed)]
    return [
        Line(
            f"{GREED} runs of one student, simulated",
            f"the others' first run starts {median(later):.2f} (most {max(later):.2f}) runs later",
            "at most one run later",
            f"{CLASSES} classes of {CLASS} who come within 5 minutes and want one to three runs of "
            f"5 to 20 s, {SLOTS} slots, the dispatcher's rule; against the same class without the "
            "greedy one, in lengths of the longest run",
        )
    ]


def runs_later(seed: int) -> list[float]:
    """Of each other student: by how many of the longest runs their first starts later."""
    wishes = _lesson(random.Random(seed))
    longest = max(wish.takes for wish in wishes)
    alone = first_starts([wish for wish in wishes if wish.user != GREEDY])
    beside = first_starts(wishes)
    return [(beside[user] - alone[user]) / longest for user in alone]


def _lesson(draw: random.Random) -> list[Wish]:
    wishes = [Wish(GREEDY, 0.0, 5 + 15 * draw.random()) for _ in range(GREED)]
    for number in range(CLASS - 1):
        at = 300 * draw.random()
        for again in range(draw.randint(1, 3)):
            wishes.append(Wish(f"student{number}", at + 0.1 * again, 5 + 15 * draw.random()))
    return sorted(wishes, key=lambda wish: wish.at)


def first_starts(wishes: Sequence[Wish]) -> dict[str, float]:
    """{user: when their first run starts}; each free slot takes the next of the line.

    `wishes` in the order in which they come.
    """
    coming = list(enumerate(wishes))
    waiting: list[Ticket] = []
    used: dict[str, float] = {}
    ends: list[tuple[float, str]] = []
    found: dict[str, float] = {}
    now = 0.0
    while coming or waiting:
        while coming and coming[0][1].at <= now:
            number, wish = coming.pop(0)
            waiting.append(_ticket(number, wish))
        while waiting and len(ends) < SLOTS:
            chosen = fairness.in_order(waiting, used)[0]
            waiting.remove(chosen)
            takes = wishes[chosen.number].takes
            used[chosen.user] = used.get(chosen.user, 0.0) + takes  # it counts while it runs
            found.setdefault(chosen.user, now)
            heapq.heappush(ends, (now + takes, chosen.user))
        moments = [end for end, _ in ends[:1]] if len(ends) == SLOTS or not coming else []
        moments += [coming[0][1].at] if coming else []
        if not moments:
            break
        now = min(moments)
        while ends and ends[0][0] <= now:
            heapq.heappop(ends)
    return found


_BLANK = Ticket(
    number=0,
    id="",
    kind="fine_tune",
    status="queued",
    user="",
    started=None,
    lane="cpu",
    attempt=1,
    priority=0,
    estimate=None,
    used=0.0,
    stop=False,
    pause=False,
)


def _ticket(number: int, wish: Wish) -> Ticket:
    return replace(_BLANK, number=number, id=str(number), user=wish.user, estimate=wish.takes)
