"""Predict first: what readers said before the experiment, counted for the room they sit in.

The first answer stays: whoever has seen the result cannot have predicted it.  The teacher may hold
results until so many have answered; a hold is a value of the room, so that it outlives the server.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from tlcore.runs.store.database import Database
from tlcore.runs.store.room import put, setting
from tlcore.runs.store.tables import answers

HOLD = "hold"  # among the settings of the room


@dataclass(frozen=True)
class Tally:
    """Answers to one question."""

    counts: dict[int, int] = field(default_factory=dict)  # option -> readers who said so
    passed: int = 0  # readers who wanted to see the result without a guess

    @property
    def said(self) -> int:
        """Readers who chose an option."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Hold:
    """Results wait until `expected` readers have answered, or the teacher shows them."""

    expected: int
    shown: tuple[str, ...] = ()  # questions whose results the teacher has shown

    def holds(self, question: str, tally: Tally) -> bool:
        return question not in self.shown and tally.said < self.expected


@dataclass(frozen=True)
class Standing:
    """One question as one reader finds it."""

    answered: bool
    option: int | None  # None too where the reader passed
    tally: Tally
    hold: Hold | None  # None: nobody waits for the others
    held: bool


class Answers:
    """The part of the store that holds predictions."""

    database: Database

    def answer(self, user: str, question: str, option: int | None) -> None:
        """Keep the reader's prediction, None for none.  One that was given stays; a guess may
        follow on none while the results are held."""
        given = {"user": user, "question": question, "option": option, "given": time.time()}

        def act(connection: sa.Connection) -> None:
            mine = sa.and_(answers.c.user == user, answers.c.question == question)
            if option is not None and _holds(connection, question, _tally(connection, question)):
                connection.execute(sa.delete(answers).where(mine, answers.c.option.is_(None)))
            connection.execute(insert(answers).values(given).on_conflict_do_nothing())

        self.database.write(act)

    def standing(self, user: str, question: str) -> Standing:
        query = sa.select(answers.c.option).where(
            answers.c.user == user, answers.c.question == question
        )

        def act(connection: sa.Connection) -> Standing:
            mine = connection.execute(query).first()
            tally = _tally(connection, question)
            held = _holds(connection, question, tally)
            option = mine.option if mine else None
            return Standing(mine is not None, option, tally, _hold(connection), held)

        return self.database.read(act)

    def tallies(self) -> dict[str, Tally]:
        """Every question that somebody has met, the one answered last in front."""
        query = (
            sa.select(answers.c.question)
            .group_by(answers.c.question)
            .order_by(sa.func.max(answers.c.given).desc())
        )

        def act(connection: sa.Connection) -> dict[str, Tally]:
            met = connection.execute(query).scalars().all()
            return {question: _tally(connection, question) for question in met}

        return self.database.read(act)

    def forget_answers(self, question: str | None = None) -> int:
        """Forget the answers to one question, or all; a hold begins anew.  How many there were."""
        order = sa.delete(answers)
        if question is not None:
            order = order.where(answers.c.question == question)

        def act(connection: sa.Connection) -> int:
            found = _hold(connection)
            if found is not None:
                shown = [q for q in found.shown if question is not None and q != question]
                connection.execute(_put(found.expected, shown))
            return connection.execute(order).rowcount

        return self.database.write(act)

    def hold(self) -> Hold | None:
        return self.database.read(_hold)

    def hold_results(self, expected: int) -> None:
        """From now on results wait for so many answers.  What was answered before counts."""
        self.database.write(lambda c: c.execute(_put(expected, [])))

    def show_result(self, question: str) -> None:
        """The teacher has waited long enough for this question."""

        def act(connection: sa.Connection) -> None:
            found = _hold(connection)
            if found is not None and question not in found.shown:
                connection.execute(_put(found.expected, [*found.shown, question]))

        self.database.write(act)

    def end_hold(self) -> None:
        self.database.write(lambda c: c.execute(put(HOLD, None)))


def _tally(connection: sa.Connection, question: str) -> Tally:
    query = (
        sa.select(answers.c.option, sa.func.count().label("readers"))
        .where(answers.c.question == question)
        .group_by(answers.c.option)
    )
    found = {row.option: row.readers for row in connection.execute(query)}
    passed = found.pop(None, 0)
    return Tally(found, passed)


def _hold(connection: sa.Connection) -> Hold | None:
    told: Any = setting(connection, HOLD)
    if not isinstance(told, Mapping) or not isinstance(told.get("expected"), int):
        return None  # never set, ended, or of another version of the app
    return Hold(told["expected"], tuple(map(str, told.get("shown", ()))))


def _holds(connection: sa.Connection, question: str, tally: Tally) -> bool:
    found = _hold(connection)
    return found is not None and found.holds(question, tally)


def _put(expected: int, shown: list[str]) -> sa.Executable:
    return put(HOLD, {"expected": expected, "shown": shown})
