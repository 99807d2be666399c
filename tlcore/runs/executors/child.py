"""The body of a worker process: get ready, wait for one job, do it, say how it ended.

A worker never outlives its dispatcher: the pipe between them ends when either dies, and a thread
listens to it while the job runs.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import sys
import threading
import traceback
from multiprocessing.connection import Connection
from pathlib import Path

from tlcore.ground import log
from tlcore.runs.executors.contract import Ending, Job, Work

NICE = 10  # pages and the dispatcher go first


class PipeLink:
    """Listens to the dispatcher while the job runs: "stop", "pause", or silence for ever."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._stop = threading.Event()
        self._pause = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def stopping(self) -> bool:
        return self._stop.is_set()

    def pausing(self) -> bool:
        return self._pause.is_set()

    def _listen(self) -> None:
        try:
            while True:
                word = self._connection.recv()
                if word in ("stop", "pause"):
                    (self._stop if word == "stop" else self._pause).set()
        except (EOFError, OSError):  # the dispatcher is gone; a new one starts the run again
            os._exit(1)


def serve(connection: Connection, target: str, kind: str = "cpu") -> None:
    _settle_in()
    work, broken = _load(target, kind)
    try:
        connection.send("ready")
        job: Job = connection.recv()
    except (EOFError, OSError):
        return
    link = PipeLink(connection)
    if work is None:
        file = log.write(Path(job["data_dir"]), "worker", broken)
        values = {"log": str(file)}
        ending: Ending = {"ending": "failed", "error_key": "run.bug", "error_values": values}
    else:
        ending = work(job, link)
    with contextlib.suppress(OSError):
        connection.send(ending)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # tearing torch down takes longer than some runs


def load(target: str, kind: str = "cpu") -> Work:
    """The worker function named "package.module:function"; its module's `warm(kind)` is called."""
    if kind != "fetch":  # a run that trains asks the hub for nothing; read when its library comes
        os.environ["HF_HUB_OFFLINE"] = "1"
    name, _, function = target.partition(":")
    module = importlib.import_module(name)
    if hasattr(module, "warm"):
        module.warm(kind)
    work: Work = getattr(module, function)
    return work


def _load(target: str, kind: str) -> tuple[Work | None, str]:
    try:
        return load(target, kind), ""
    except Exception:  # told to whoever gets this worker: an idle one has nobody to tell
        return None, traceback.format_exc()


def _settle_in() -> None:
    """Low priority, first to go when memory runs out, deaf to Ctrl-C, gone with the dispatcher."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if os.name == "posix":
        os.nice(NICE)
    else:
        import psutil

        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: even when stuck in C
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("500")
