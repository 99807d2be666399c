"""Everyone else's side of the dispatcher: see that one is there, stay its client, let it end.

A dispatcher is alive when its lock is held: a killed one lets go at once, whatever the clocks say.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psutil

from tlcore.ground import log
from tlcore.ground.disk import disk_trouble
from tlcore.ground.errors import UserError
from tlcore.ground.paths import ROOT, data_dir
from tlcore.runs.holder import alive, end_older, kill, signed
from tlcore.runs.queue import Queue
from tlcore.runs.store.store import Store

BEAT = 2.0  # seconds between a client's beats
CLIENT_YOUNG = 30.0  # seconds since its last beat
CHECK = 1.0  # seconds between two looks at one data folder
START = 5.0  # seconds a started dispatcher has to take its lock before another is started
ENDING = 4.0  # seconds a dispatcher has to end when asked
MAX_FAILURES = 3


class _Watch:
    """What this process knows of the dispatcher of one data folder."""

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self.looked = -CHECK
        self.started = -START
        self.process: subprocess.Popen[bytes] | None = None
        self.failures = 0


_watches: dict[Path, _Watch] = {}


def ensure(folder: Path | None = None) -> None:
    """Start the dispatcher of a data folder if none is alive, or one of an older layout, which is
    ended.  Cheap: one look a second.

    Raises UserError "run.no_dispatcher" while it fails again and again, and those of the store.
    """
    folder = (folder or data_dir()).absolute()
    watch = _watches.setdefault(folder, _Watch())
    now = time.monotonic()
    if now - watch.looked >= CHECK and watch.turn.acquire(blocking=False):
        try:
            watch.looked = now
            _look(watch, folder, now)
        finally:
            watch.turn.release()
    if watch.failures >= MAX_FAILURES:
        raise UserError("run.no_dispatcher", log=str(log.path(folder, "dispatcher")))


def _look(watch: _Watch, folder: Path, now: float) -> None:
    if alive(folder) and not end_older(folder):
        watch.failures = 0
        return
    if watch.process is not None and watch.process.poll():  # ended, and not by its own will
        watch.failures += 1
        watch.process = None
    on_its_way = watch.process is not None and watch.process.poll() is None
    patience = START if on_its_way or watch.failures >= MAX_FAILURES else 0
    if now - watch.started >= patience:
        watch.started = now
        watch.process = start(folder)


def start(folder: Path) -> subprocess.Popen[bytes]:
    """Start a dispatcher in a session of its own: it outlives this process and its terminal."""
    Store(folder / "store.db").run("")  # a store that cannot be used is told here, to the learner
    apart: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
        apart = {"creationflags": flags}
    with contextlib.ExitStack() as stack:
        errors: Any = subprocess.DEVNULL
        with contextlib.suppress(OSError):  # a full disk keeps the log away, not the dispatcher
            errors = stack.enter_context(log.open_log(folder, "dispatcher"))
        try:
            return subprocess.Popen(
                [sys.executable, "-m", "tlcore", "dispatch"],
                cwd=ROOT,
                env={**os.environ, "TL_DATA_DIR": str(folder)},
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
                **apart,
            )
        except OSError as error:  # no descriptor, no process, no memory left
            raise disk_trouble(error, folder) or error from None


class Client:
    """Keeps a dispatcher alive while this process lives.  Made by `client`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.id = secrets.token_hex(8)
        self.trouble: UserError | None = None  # what the last beat met: a full disk, no dispatcher
        self._queue = Queue(Store(folder / "store.db"))
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="dispatch client", daemon=True)
        self._thread.start()

    def close(self) -> bool:
        """Leave; when no other client is left, end the dispatcher and every worker too.

        Returns whether the dispatcher was ended.  At most ENDING + 1 seconds.
        """
        self._closed.set()
        self._thread.join(timeout=1)
        try:
            self._queue.forget(self.id)
            return stop(self.folder)
        except UserError:
            return stop(self.folder, force=True)
        finally:
            self._queue.store.close()

    def _beat(self) -> None:
        while not self._closed.is_set():
            try:
                self._queue.beat(self.id, os.getpid())
                if not self._closed.is_set():  # a slow beat must not start one behind `close`
                    ensure(self.folder)
                self.trouble = None
            except (UserError, OSError) as error:  # the pages tell it; here it is tried again
                self.trouble = _told(error, self.folder)
                log.write(self.folder, "dispatcher", f"client: {error}")
            self._closed.wait(BEAT)


def _told(error: UserError | OSError, folder: Path) -> UserError:
    if isinstance(error, UserError):
        return error
    none = UserError("run.no_dispatcher", log=str(log.path(folder, "dispatcher")))
    return disk_trouble(error, folder) or none


def client(folder: Path | None = None) -> Client:
    """Start being a client, in a thread; `close()` when the process ends."""
    return Client((folder or data_dir()).absolute())


def stop(folder: Path, force: bool = False) -> bool:
    """Ask the dispatcher to end when no client is left; returns whether it has ended."""
    if not alive(folder):
        return _never_began(folder)
    if not force:
        queue = Queue(Store(folder / "store.db"))
        others = queue.clients(CLIENT_YOUNG).values()
        if any(psutil.pid_exists(pid) for pid in others):
            return False
        queue.order("end")
        deadline = time.monotonic() + ENDING
        while time.monotonic() < deadline:
            if not alive(folder):
                return True
            time.sleep(0.02)
    if holder := signed(folder):
        kill(holder)
    return not alive(folder)


def _never_began(folder: Path) -> bool:
    """One that this process has just started and that holds no lock yet has nothing to save."""
    watch = _watches.get(folder.absolute())
    if watch is not None and watch.process is not None and watch.process.poll() is None:
        watch.process.kill()
        watch.process.wait()
    return True
