"""What is broken on purpose while the app runs: six faults, measured.

`python -m tests.bench faults --before CHECKOUT` breaks an older checkout, too.  Linux alone: limits
of a running process are set from outside.
"""

from __future__ import annotations

import contextlib
import json
import resource
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from tests.bench.classroom.against import Page, app, at_once, both, call
from tests.bench.table import Line
from tests.serving import Server, ours, serving

FEW, TABS = 256, 80
DISK = 30  # MB
FULL = {"data": "garments", "freeze": 0, "train_size": 2_000}
HEAD = {"data": "garments", "train_size": 2_000, "epochs": 2}
SUBMIT = """
import json, sys
from tests.bench.classroom import room
from tlcore.runs.store.store import Store
store = Store()
room.until(lambda: store.profile("clothing") is not None, 90)
print(json.dumps([room.submit(store, "x" * 22, **{"seed": seed, **values})
                  for seed, values in enumerate(json.loads({values!r}))]))
"""
LOOK = """
import json
from tlcore.runs.store.store import Store
store, found = Store(), []
for run in map(store.run, {ids!r}):
    found.append([run.status, run.error_key or "", run.result is not None])
print(json.dumps(found))
"""
SALVAGED = """
import sqlite3, tempfile
from pathlib import Path
from tests.tlcore.stand_ins import order
from tlcore.runs import record
from tlcore.runs.recovery import recovery
from tlcore.runs.queue import Queue
from tlcore.runs.store.store import Store
store = Store(Path(tempfile.mkdtemp()) / "data" / "store.db")
run_id = store.submit(order("quick"), "ada").run_id
Queue(store).start(run_id)
store.close()
connection = sqlite3.connect(store.path)
connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
connection.close()
old = store.path.read_bytes()
result = {"kind": "result", "status": "finished", "test_accuracy": 0.5}
record.write(store.run(run_id), [{"kind": "step", "step": 1}, result], store.folder(run_id))
store.close()
store.path.write_bytes(old)
recovery.replace(store.path, recovery.identity(store.path))
print(store.run(run_id).status)
"""


def lines() -> list[Line]:
    return [
        Line(
            "F1 few descriptors",
            both(tabs),
            "no tab fails",
            f"{TABS} tabs at once, {FEW} open files (the hard limit is higher: macOS)",
        ),
        Line(
            "F2 none when the dispatcher must be started again",
            both(dispatcher),
            "a dispatcher again",
            "dispatcher killed while the web process may open 0 to 5 files (3 s each); then 60 s",
        ),
        Line(
            "F3 a small disk",
            both(disk),
            "all finish",
            f"{DISK} MB, three head-only runs on 2,000 pictures one after the other",
        ),
        Line(
            "F4 a salvaged store behind its record",
            both(salvaged),
            "finished",
            "a run whose record holds its result, in a store from before its end",
        ),
        Line(
            "F5 a worker without memory",
            both(memory),
            "device.out_of_memory",
            "full fine-tune, address space of the workers limited to 40 MB more than they have",
        ),
        Line(
            "F6 `-shm` deleted in a run",
            both(shm),
            "finished with its result, or interrupted",
            "store.db-shm removed while a run writes",
        ),
    ]


def salvaged(root: Path) -> str:
    return call(root, SALVAGED)


def tabs(root: Path) -> str:
    with app(root, FEW, resource.getrlimit(resource.RLIMIT_NOFILE)[1]) as server:
        held: list[Page] = []
        drawn: list[float] = []

        def visit(_: int) -> None:
            with contextlib.suppress(Exception):
                held.append(Page(server, "home"))
                drawn.append(held[-1].draw())

        at_once(visit, TABS, wait=60)
        failed = TABS - len(drawn)
        for page in held:
            page.close()
        return f"{failed} tabs fail, {server.log.stat().st_size / 1e6:.2f} MB of log"


def _dispatchers(server: Server) -> list[psutil.Process]:
    found = []
    for process in ours(server.folder):
        with contextlib.suppress(psutil.Error):
            if "tlcore dispatch" in " ".join(process.cmdline()):
                found.append(process)
    return found


def dispatcher(root: Path) -> str:
    with app(root) as server:
        _until(lambda: _dispatchers(server))
        web = psutil.Process(server.process.pid)
        usual = web.rlimit(psutil.RLIMIT_NOFILE)
        for free in range(6):  # each call on the way to a new one needs a few more than the last
            web.rlimit(psutil.RLIMIT_NOFILE, (_limit(web, free), usual[1]))
            for process in _dispatchers(server):
                process.kill()
            time.sleep(3)
        web.rlimit(psutil.RLIMIT_NOFILE, usual)
        began = time.monotonic()
        while time.monotonic() - began < 60:
            if _dispatchers(server):
                return f"a dispatcher again after {time.monotonic() - began:.0f} s"
            time.sleep(0.5)
        return "no dispatcher"


def _limit(process: psutil.Process, free: int) -> int:
    """Of open files: the one that leaves `free` numbers to be had."""
    held = {int(path.name) for path in Path(f"/proc/{process.pid}/fd").iterdir()}
    return [number for number in range(max(held) + free + 2) if number not in held][free]


@contextlib.contextmanager
def _small(root: Path) -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as place:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}m", "tmpfs", place], check=True)
        try:
            with serving(Path(place), root=root) as server:
                yield server
        finally:
            subprocess.run(["umount", "-l", place], check=True)


def disk(root: Path) -> str:
    with _small(root) as server:
        told = []
        for seed in range(3):
            told += _ended(root, server, [{**HEAD, "seed": seed}])
        return ", ".join(told)


def memory(root: Path) -> str:
    with app(root) as server:
        _submitted(root, server, [])  # returns when the machine's profile is there
        time.sleep(3)
        spared = {server.process.pid, *(p.pid for p in _dispatchers(server))}
        for process in ours(server.folder):
            if process.pid not in spared:
                most = process.memory_info().vms + 40_000_000
                process.rlimit(psutil.RLIMIT_AS, (most, most))
        (told,) = _ended(root, server, [{**FULL, "epochs": 2, "batch": 128}])
        return told


def shm(root: Path) -> str:
    with app(root) as server:
        (run_id,) = _submitted(root, server, [{**FULL, "epochs": 2}])
        _until(lambda: _seen(root, server, [run_id])[0][0] == "running")
        (server.folder / "store.db-shm").unlink(missing_ok=True)
        return _told(_seen(root, server, [run_id], until_ended=150)[0])


def _submitted(root: Path, server: Server, specs: list[dict[str, Any]]) -> list[str]:
    code = SUBMIT.replace("{values!r}", repr(json.dumps(specs)))
    found: list[str] = json.loads(call(root, code, TL_DATA_DIR=str(server.folder)))
    return found


def _seen(root: Path, server: Server, ids: list[str], until_ended: float = 0) -> list[Any]:
    end = time.monotonic() + until_ended
    while True:
        code = LOOK.replace("{ids!r}", repr(ids))
        found: list[Any] = json.loads(call(root, code, TL_DATA_DIR=str(server.folder)))
        if time.monotonic() > end or all(s not in ("queued", "running") for s, *_ in found):
            return found
        time.sleep(1)


def _ended(root: Path, server: Server, specs: list[dict[str, Any]]) -> list[str]:
    ids = _submitted(root, server, specs)
    return [_told(found) for found in _seen(root, server, ids, until_ended=60)]


def _told(found: tuple[str, str, bool]) -> str:
    status, error, result = found
    return f"{status} ({error})" if error else status + ("" if result else " without a result")


def _until(true: Any, patience: float = 60.0) -> None:
    end = time.monotonic() + patience
    while not true():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.1)
