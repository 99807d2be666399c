"""Who goes next, and how long everybody waits: one simulation for dispatcher and pages.

The next slot goes to whoever has used least lately, so a learner who queues 200 runs delays nobody
else by more than one.  Standard library only; no clock is read here.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from tlcore.runs.run import Ticket

UNKNOWN = 10.0  # seconds that a run is taken to need where nobody has estimated it

T = TypeVar("T", bound=Ticket)


def in_order(waiting: Sequence[T], used: Mapping[str, float]) -> list[T]:
    """The line: higher priority first, then the user with the fewest slot seconds, then who came
    first.  Each pick charges its user what the run is expected to need, so the whole line is known.

    `used`: seconds that each user's runs have held a slot lately; those that run count too.
    """
    line: list[T] = []
    for priority in sorted({ticket.priority for ticket in waiting}, reverse=True):
        mine: dict[str, list[T]] = {}
        for ticket in sorted(waiting, key=lambda ticket: -ticket.number):
            if ticket.priority == priority:
                mine.setdefault(ticket.user, []).append(ticket)  # the oldest at the end
        heads = [(used.get(user, 0.0), runs[-1].number, user) for user, runs in mine.items()]
        heapq.heapify(heads)
        while heads:
            spent, _, user = heads[0]
            ticket = mine[user].pop()
            line.append(ticket)
            if mine[user]:
                following = mine[user][-1].number
                heapq.heapreplace(heads, (spent + needed(ticket), following, user))
            else:
                heapq.heappop(heads)
    return line


def waits(line: Sequence[Ticket], remaining: Iterable[float], slots: int) -> dict[str, float]:
    """{id: seconds until it starts}, when each slot that gets free takes the next of the line.

    `remaining`: seconds that each running run is expected to go on.
    """
    free = sorted(remaining)[:slots]
    free += [0.0] * (slots - len(free))
    heapq.heapify(free)
    found: dict[str, float] = {}
    for ticket in line:
        if not free:
            break  # no slot of this kind: there is nothing to expect
        found[ticket.id] = free[0]
        heapq.heapreplace(free, free[0] + needed(ticket))
    return found


def needed(ticket: Ticket) -> float:
    """Seconds on a slot that a waiting run is expected to need still."""
    return remaining(ticket, ticket.used)


def remaining(ticket: Ticket, spent: float) -> float:
    """Seconds that a run is expected to go on after `spent`; one that is over its estimate is taken
    to be four fifths done, since a wrong estimate says little and the time spent says something."""
    expected = UNKNOWN if ticket.estimate is None else ticket.estimate
    return max(expected - spent, spent / 4)
