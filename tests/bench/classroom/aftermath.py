"""What became of runs after the killing: every acknowledged run is looked at, row by row."""

from __future__ import annotations

import collections
import json
from dataclasses import dataclass, field

import sqlalchemy as sa

from tlcore.runs.run import ENDED, LAST_DEATH
from tlcore.runs.store.store import Store
from tlcore.runs.store.tables import rows, runs


@dataclass
class Aftermath:
    """Ids of runs by what was found of them; all lists empty: the promise held."""

    killed: collections.Counter[str] = field(default_factory=collections.Counter)
    acknowledged: dict[str, str] = field(default_factory=dict)  # run: its reader
    ended: dict[str, str] = field(default_factory=dict)  # run: the status in which it ended
    clicked: int = 0  # of the acknowledged, in a page
    statuses: collections.Counter[str] = field(default_factory=collections.Counter)
    lost: list[str] = field(default_factory=list)  # unknown, or never ended
    twice: list[str] = field(default_factory=list)  # two results, or an end that was not the end
    gaps: list[str] = field(default_factory=list)  # a row missing, doubled or out of order
    unfair: list[str] = field(default_factory=list)  # given up though fewer than two workers died
    deaths: int = 0  # of workers, as the store counted them
    seconds: float = 0.0

    @property
    def held(self) -> bool:
        unearned = self.deaths > self.killed["worker"]
        return not (self.lost or self.twice or self.gaps or self.unfair or unearned)

    def verdict(self) -> str:
        return (
            f"{len(self.acknowledged):,} runs acknowledged: {len(self.lost)} lost, "
            f"{len(self.twice)} finished twice, {len(self.gaps)} with a gap in their rows"
        )

    def detail(self) -> str:
        counts = ", ".join(f"{count} {status}" for status, count in self.statuses.most_common())
        return (
            f"{self.clicked} of them by a click in a page; {counts}; {len(self.unfair)} given up "
            f"though fewer than two workers died under them ({self.deaths} deaths counted)"
        )

    def look(self, store: Store) -> None:
        for run_id in self.acknowledged:
            record = store.database.read(
                lambda c, run_id=run_id: c.execute(  # type: ignore[misc]
                    sa.select(runs.c.status, runs.c.attempt, runs.c.deaths).where(
                        runs.c.id == run_id
                    )
                ).first()
            )
            if record is None or record.status not in ENDED:
                self.lost.append(run_id)
                continue
            self.statuses[record.status] += 1
            died = record.deaths + (record.status == "interrupted")  # the last is not counted
            self.deaths += died
            if self.ended.get(run_id, record.status) != record.status:
                self.twice.append(run_id)
            if record.status == "interrupted" and died < LAST_DEATH:
                self.unfair.append(run_id)
            if record.status not in ("finished", "cancelled", "interrupted"):
                self.lost.append(run_id)
            self._look_at_rows(store, run_id, record.status, record.attempt)

    def _look_at_rows(self, store: Store, run_id: str, status: str, last: int) -> None:
        query = sa.select(rows).where(rows.c.run_id == run_id)
        query = query.order_by(rows.c.attempt, rows.c.first)
        attempts: dict[int, list[dict[str, object]]] = collections.defaultdict(list)
        for chunk in store.database.read(lambda c: c.execute(query).all()):
            found = json.loads(chunk.text)
            if chunk.first != len(attempts[chunk.attempt]) or chunk.count != len(found):
                self.gaps.append(run_id)
                return
            attempts[chunk.attempt] += found
        results = sum(row["kind"] == "result" for found in attempts.values() for row in found)
        if results > 1:
            self.twice.append(run_id)
        if results == 0 and status == "finished":
            self.gaps.append(run_id)
        if results and status == "interrupted":  # it had finished: that was lost
            self.lost.append(run_id)
        for found in attempts.values():
            steps = [row["step"] for row in found if row["kind"] == "step"]
            if found[0]["kind"] != "start" or steps != list(range(1, len(steps) + 1)):
                self.gaps.append(run_id)
                return
        whole = attempts[last][0]["steps"] if attempts.get(last) else None
        if status == "finished" and steps[-1:] != [whole]:
            self.gaps.append(run_id)
