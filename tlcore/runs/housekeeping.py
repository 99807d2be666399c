"""What nobody needs any more is deleted: runs that no list holds, old files, what is over budget.

The dispatcher does it between two ticks, a few times a minute: it alone knows which runs rest.
"""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from tlcore.data.own import own_texts_edit
from tlcore.runs import registry
from tlcore.runs.run import ACTIVE
from tlcore.runs.store import room
from tlcore.runs.store.store import Store
from tlcore.runs.store.tables import runs, watchers
from tlcore.training import feature_files

EVERY = 20.0  # seconds
HOUR, DAY = 3600.0, 86400.0
COPIES = 3  # of damaged stores


class Housekeeper:
    """Tidies one data folder; `budget_mb` is for weights, states and exports together."""

    def __init__(self, store: Store, budget_mb: float) -> None:
        self.store = store
        self.folder = store.path.parent
        self.budget = budget_mb * 2**20
        self._last = time.monotonic()

    def look(self, now: float) -> None:
        """`now`: of the monotonic clock."""
        if now - self._last >= EVERY:
            self._last = now
            self.tidy()

    def tidy(self) -> None:
        before = time.time() - DAY

        def forget(connection: sa.Connection) -> list[str]:
            return room.erase(connection, [r.id for r in connection.execute(_unneeded(before))])

        with contextlib.suppress(OSError):  # a folder that goes while it is looked through
            if self._anything(before):
                room.remove_folders(self.folder / "runs", self.store.database.write(forget))
            status = self._status()
            self._drop_strays(status)
            self._drop_old(self.folder / "uploads", before)
            own_texts_edit.drop_old(self.folder, time.time())
            self._keep_to_budget(status)
            cache = self.folder / "cache"
            if cache.is_dir():  # what others wrote may have left the disk too little room for both
                feature_files.drop_oldest(cache, feature_files.allowed(cache))
            copies = sorted(self.folder.glob(f"{self.store.path.name}.corrupt-*[0-9]"))
            for file in copies[:-COPIES]:
                file.unlink(missing_ok=True)
                file.with_name(file.name + "-wal").unlink(missing_ok=True)

    def _anything(self, before: float) -> bool:
        """A reader keeps no worker from writing, so look before the write."""

        def act(connection: sa.Connection) -> bool:
            return connection.execute(_unneeded(before).limit(1)).first() is not None

        return self.store.database.read(act)

    def _status(self) -> dict[str, str]:
        query = sa.select(runs.c.id, runs.c.status)
        return {r.id: r.status for r in self.store.database.read(lambda c: c.execute(query).all())}

    def _drop_strays(self, status: dict[str, str]) -> None:
        """Folders without a run; young ones may be of a run that is being asked for."""
        for folder in _in(self.folder / "runs"):
            if folder.name not in status and time.time() - _changed(folder) > HOUR:
                shutil.rmtree(folder, ignore_errors=True)

    def _drop_old(self, folder: Path, before: float) -> None:
        for file in _in(folder):
            if _changed(file) < before:
                file.unlink(missing_ok=True)

    def _keep_to_budget(self, status: dict[str, str]) -> None:
        """The oldest files go first; a state that its run goes on from stays."""
        kept: list[tuple[float, int, Path]] = []
        for folder in _in(self.folder / "runs"):
            active = status.get(folder.name) in ACTIVE
            for file in [*folder.glob("*.safetensors"), *folder.glob("export/*")]:
                if file.name.startswith("state-"):
                    if not active and folder.name in status:
                        file.unlink(missing_ok=True)
                elif file.exists():
                    kept.append((_changed(file), file.stat().st_size, file))
        total = sum(size for _, size, _ in kept)
        for _, size, file in sorted(kept):
            if total <= self.budget:
                break
            file.unlink(missing_ok=True)
            total -= size


def _unneeded(before: float) -> sa.Select[tuple[str]]:
    """Ids of runs that nobody lists any more, and of short ones that ended before that time.  What
    may have taken minutes, as a similarity, stays."""
    listed, short = (runs.c.kind.in_(registry.kinds_that(t)) for t in ("listed", "short"))
    unlisted = sa.and_(listed, ~sa.exists().where(watchers.c.run_id == runs.c.id))
    old = sa.and_(short, runs.c.ended < before)
    return sa.select(runs.c.id).where(runs.c.status.not_in(sorted(ACTIVE)), unlisted | old)


def _in(folder: Path) -> Iterator[Path]:
    with contextlib.suppress(FileNotFoundError):
        yield from folder.iterdir()


def _changed(path: Path) -> float:
    return path.stat().st_mtime
