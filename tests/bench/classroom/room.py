"""A classroom: the app by README's command, and a dispatcher that gives as many slots as asked.

The dispatcher is the real one, started before the app, which then finds it alive; only its number
of slots is not this machine's.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.classroom import stand_in
from tests.serving import Server, serving
from tlcore.ground import machine
from tlcore.ground.paths import ROOT
from tlcore.runs import holder, spec
from tlcore.runs.store.store import Store
from tlcore.training import quickest

SERVE = """
import sys
from pathlib import Path
from tlcore.ground import machine
from tlcore.runs import dispatcher
machine.cpu_slots = lambda: int(sys.argv[2])
raise SystemExit(dispatcher.main(Path(sys.argv[1]), sys.argv[3] or None))
"""
LONG = {"train_size": 2_000, "epochs": 200}  # 12,600 steps: alive as long as a bench takes


@contextlib.contextmanager
def room(
    slots: int | None = None, worker: str = stand_in.TARGET, step: float = stand_in.REAL_PACE
) -> Iterator[tuple[Server, Store]]:
    """`slots` runs at once (None: as many as there are cores); `worker` "" is the real one."""
    with tempfile.TemporaryDirectory() as place, contextlib.ExitStack() as stack:
        folder = Path(place) / "data"
        told = {"TL_WORKER": worker, stand_in.STEP: str(step)} if worker else {}
        stack.enter_context(environment(told))
        if slots is not None:
            start_dispatcher(folder, slots, worker)
        server = stack.enter_context(serving(Path(place)))
        store = Store(folder / "store.db")
        stack.callback(store.close)
        until(lambda: store.profile("clothing") is not None)
        yield server, store


@contextlib.contextmanager
def environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value


def start_dispatcher(folder: Path, slots: int, worker: str) -> subprocess.Popen[bytes]:
    """Returns when it serves the folder."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / "dispatcher.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(folder), str(slots), worker],
            cwd=ROOT,
            env={**os.environ, "TL_DATA_DIR": str(folder)},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    until(lambda: holder.alive(folder))
    return process


def submit(store: Store, user: str, seed: int, **values: object) -> str:
    """As a click on start does it, in the web process: profile, choice, hash, queue."""
    asked = spec.parse({**values, "seed": seed})
    choice = quickest.choose(asked, store.profile("clothing"))
    return store.submit(spec.resolve(asked, choice, machine.name()), user).run_id


def status(store: Store, run_id: str) -> str:
    run = store.run(run_id)
    return run.status if run else "lost"


def until(true: Callable[[], bool], patience: float = 60.0) -> None:
    end = time.monotonic() + patience
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"nothing after {patience:.0f} s")
        time.sleep(0.01)


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of them lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1))]
