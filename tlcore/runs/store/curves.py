"""The rows of a run: workers append, pages read after a cursor.

A cursor is rows read + ATTEMPT * (attempt - 1), so an attempt that starts anew is read from its
first row.  A run that goes on from a saved state writes some rows again, bit for bit: what is
written last counts.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from tlcore.runs.run import Row, brief_of
from tlcore.runs.store.database import Database
from tlcore.runs.store.tables import rows, runs

ATTEMPT = 10**9

# Built once: this is what every open page asks several times a second.
_MINE = sa.and_(rows.c.run_id == sa.bindparam("run"), rows.c.attempt == sa.bindparam("attempt"))
_SEEN: sa.BindParameter[int] = sa.bindparam("seen", type_=sa.Integer)
_ATTEMPT = sa.select(runs.c.attempt).where(runs.c.id == sa.bindparam("run"))
_LAST_READ = sa.select(sa.func.max(rows.c.first)).where(_MINE, rows.c.first <= _SEEN)
_CHUNKS = (  # from the chunk that holds the cursor, found by the primary key
    sa.select(rows.c.first, rows.c["count"], rows.c.text)
    .where(_MINE, rows.c.first >= sa.func.coalesce(_LAST_READ.scalar_subquery(), 0))
    .where(rows.c.first + rows.c["count"] > _SEEN)
    .order_by(rows.c.first)
)
_REPLACED = sa.delete(rows).where(_MINE, rows.c.first >= _SEEN)
_UNDER_WAY = sa.select(runs.c.id).where(
    runs.c.id == sa.bindparam("run"),
    runs.c.attempt == sa.bindparam("attempt"),
    runs.c.status == "running",
)


class Fenced(Exception):
    """The run has ended or was given to another worker: what this one writes counts no more."""


class Curves:
    """The part of the store that holds rows."""

    database: Database

    def rows(self, run_id: str, after: int = 0, limit: int | None = None) -> tuple[list[Row], int]:
        """At most `limit` rows of the current attempt after cursor `after`, and the new cursor.

        Where a second attempt has begun since, its rows come from its "start" row on.  What cannot
        be read any more is left out.
        """

        def act(connection: sa.Connection) -> tuple[int, list[tuple[int, int, str]]]:
            attempt = connection.execute(_ATTEMPT, {"run": run_id}).scalar()
            if attempt is None:
                return 1, []
            seen = _seen(after, attempt)
            chunks: list[tuple[int, int, str]] = []
            for chunk in connection.execute(
                _CHUNKS, {"run": run_id, "attempt": attempt, "seen": seen}
            ):
                if limit is not None and chunk[0] >= seen + limit:
                    break
                chunks.append((chunk[0], chunk[1], chunk.text))
            return attempt, chunks

        attempt, chunks = self.database.read(act)
        seen = _seen(after, attempt)
        end = None if limit is None else seen + limit
        fresh: list[Row] = []
        replaced = [first for first, _, _ in chunks[1:]] + [ATTEMPT]
        for (first, count, text), following in zip(chunks, replaced, strict=False):
            last = min(first + count, following, ATTEMPT if end is None else end)
            part = _parsed(text)[max(0, seen - first) : max(0, last - first)]
            fresh += [row for row in part if isinstance(row, dict)]
            seen = max(seen, last)
        return fresh, ATTEMPT * (attempt - 1) + seen

    def append(self, run_id: str, attempt: int, first: int, fresh: Sequence[Row]) -> None:
        """Write rows number `first`+1 and on, in place of any there.  Raises Fenced when the
        attempt is over.

        A row of kind "result" is also kept with the run.
        """
        text = json.dumps(fresh, allow_nan=False, separators=(",", ":"))
        record = {"first": first, "count": len(fresh), "text": text}
        result = next((row for row in fresh if row.get("kind") == "result"), None)
        order = insert(rows).values(run_id=run_id, attempt=attempt, **record)
        mine = {"run": run_id, "attempt": attempt}

        def act(connection: sa.Connection) -> None:
            if connection.execute(_UNDER_WAY, mine).first() is None:
                raise Fenced(run_id)
            connection.execute(_REPLACED, mine | {"seen": first})
            connection.execute(order)
            if result is not None:
                values = {"result": result, "brief": brief_of(result)}
                connection.execute(sa.update(runs).where(runs.c.id == run_id).values(**values))

        self.database.write(act)


def _seen(after: int, attempt: int) -> int:
    """Rows of this attempt that a reader at cursor `after` has."""
    seen = after - ATTEMPT * (attempt - 1)
    return seen if 0 <= seen < ATTEMPT else 0


def _parsed(text: Any) -> list[Any]:
    """The rows of a chunk; none where it is not JSON any more."""
    try:
        found = json.loads(text)
    except (ValueError, TypeError):
        return []
    return found if isinstance(found, list) else []
