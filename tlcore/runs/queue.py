"""The dispatcher's side of the store: the only code that moves a run from status to status."""

from __future__ import annotations

import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from tlcore.runs import record, registry
from tlcore.runs.run import LAST_DEATH, LEGAL, Run, Status, Ticket
from tlcore.runs.store.line import tickets
from tlcore.runs.store.store import Store
from tlcore.runs.store.tables import clients, orders, runs


class Queue:
    """Moves runs along.  Each move names the attempt it means; a move that is not legal raises."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def tickets(self) -> list[Ticket]:
        return self.store.database.read(tickets)

    def start(self, run_id: str) -> Run:
        """A stretch on a slot begins."""
        self._move(run_id, "running", started=time.time())
        run = self.store.run(run_id)
        assert run is not None
        return run

    def end(
        self,
        run_id: str,
        status: Status,
        error_key: str | None = None,
        error_values: dict[str, Any] | None = None,
        spent: float = 0.0,
    ) -> None:
        """`spent`: seconds of the stretch on a slot that ends now."""
        error = {"error_key": error_key, "error_values": error_values}
        status = self._move(run_id, status, spent, ended=time.time(), pause=False, **error)
        if status not in ("finished", "diverged"):
            record.forget(self.store.folder(run_id))

    def rest(self, run_id: str, status: Status, spent: float = 0.0) -> None:
        """The slot is free and the run's state saved: `paused`, or `queued` to go on later."""
        self._move(run_id, status, spent)

    def lost(
        self, run_id: str, died: bool = True, spent: float = 0.0, saved: bool = False
    ) -> Status | None:
        """The worker is gone without a word: keep a written result, else try again.

        `died`: under a living dispatcher, which happens to a run once before it is `interrupted`.
        `saved`: it was asked to rest and has left its state; only its last word was lost.
        Returns the new status, None where there is no such running run.
        """
        run = self.store.run(run_id)
        if run is None or run.status != "running":
            return None
        if run.result is not None:  # it had finished; only its last word was lost
            status: Status = run.result["status"]
            self.end(run_id, status, spent=spent)
        elif run.stopping:
            status = "cancelled"
            self.end(run_id, status, spent=spent)
        elif saved:
            status = "paused" if run.pausing else "queued"
            self.rest(run_id, status, spent)
        elif died and self._deaths(run_id) + 1 >= LAST_DEATH:
            status = "interrupted"
            self.end(run_id, status, spent=spent)
        else:
            status = "paused" if run.pausing else "queued"
            anew = {"attempt": run.attempt + 1, "started": None}
            self._move(run_id, status, spent, **anew, deaths=runs.c.deaths + int(died))
            record.begin_anew(self.store.folder(run_id), run.attempt + 1)
        return status

    def has_result(self, run_id: str) -> bool:
        """Whether its result is written; taken from its own record where the store lost it, as it
        does when its -wal or -shm is removed: the worker's writes then went into files of no name.
        """
        run = self.store.run(run_id)
        if run is None or run.result is not None:
            return True
        if run.kind in registry.kinds_that("measures"):  # its figures are the store's
            return True
        kept = record.read(self.store.folder(run_id))
        if kept is None or kept.result is None or kept.attempt != run.attempt:
            return False
        self.store.append(run_id, run.attempt, 0, kept.rows)
        return True

    def _deaths(self, run_id: str) -> int:
        query = sa.select(runs.c.deaths).where(runs.c.id == run_id)
        return int(self.store.database.read(lambda c: c.execute(query).scalar_one()))

    def _move(self, run_id: str, to: Status, spent: float = 0.0, **values: Any) -> Status:
        """The status it has now: one whose result is written has finished, whatever was wanted."""
        before = [status for status, after in LEGAL.items() if to in after]
        this = runs.c.id == run_id
        written = sa.select(runs.c.brief).where(this, runs.c.status == "running")

        def act(connection: sa.Connection) -> tuple[int, Status]:
            brief = connection.execute(written).scalar()
            now, new = to, values
            if brief and to not in ("finished", "diverged"):
                now, new = brief["status"], {"ended": time.time(), "pause": False}
            order = sa.update(runs).where(this, runs.c.status.in_(before))
            order = order.values(status=now, used=runs.c.used + spent, **new)
            return connection.execute(order).rowcount, now

        moved, now = self.store.database.write(act)
        self.store.line.forget()
        if moved != 1:
            raise LookupError(f"run {run_id} cannot become {to}")
        return now

    # Who wants a dispatcher

    def beat(self, client: str, pid: int) -> None:
        values = {"pid": pid, "beat": time.time()}
        order = insert(clients).values(id=client, **values)
        order = order.on_conflict_do_update(index_elements=["id"], set_=values)
        self.store.database.write(lambda c: c.execute(order))

    def clients(self, young: float) -> dict[str, int]:
        """{client: pid} of those whose last beat is at most `young` seconds old."""
        query = sa.select(clients.c.id, clients.c.pid).where(clients.c.beat > time.time() - young)
        found = self.store.database.read(lambda c: c.execute(query).all())
        return {record.id: record.pid for record in found}

    def forget(self, client: str) -> None:
        order = sa.delete(clients).where(clients.c.id == client)
        self.store.database.write(lambda c: c.execute(order))

    def order(self, word: str) -> None:
        values = {"given": time.time()}
        saying = insert(orders).values(word=word, **values)
        saying = saying.on_conflict_do_update(index_elements=["word"], set_=values)
        self.store.database.write(lambda c: c.execute(saying))

    def take_order(self, word: str) -> bool:
        """True once for each order given."""
        query = sa.select(orders.c.word).where(orders.c.word == word)
        if self.store.database.read(lambda c: c.execute(query).first()) is None:
            return False
        order = sa.delete(orders).where(orders.c.word == word)
        return self.store.database.write(lambda c: c.execute(order).rowcount) == 1
