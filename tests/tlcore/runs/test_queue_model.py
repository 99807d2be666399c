"""Random interleavings of everything that people, workers and the machine can do to runs.

A dispatcher without processes: its workers are objects that the test moves a step at a time.
"""

from __future__ import annotations

import collections
import contextlib
import json
import random

import pytest

from tests.tlcore.stand_ins import order
from tlcore.ground.errors import UserError
from tlcore.runs.dispatcher import Dispatcher
from tlcore.runs.run import ENDED, LEGAL
from tlcore.runs.store.store import Fenced, Store
from tlcore.runs.supervision import Limits

USERS = ("ada", "bob", "eve")
STEPS = 6  # rows of a whole run
AT_ONCE = Limits(cancelled_after=0.0, terminate_after=0.0, kill_after=0.0, idle_seconds=1e9)


class Worker:
    """A worker that does one thing when it is told to `work`."""

    def __init__(self, store):
        self.store = store
        self.job = None
        self.alive = True
        self.words = []
        self.said = None
        self.written = 0

    def tell(self, words):
        if isinstance(words, dict):
            self.job = words
            state = self.state
            self.written = json.loads(state.read_text()) if state.exists() else 0
        else:
            self.words.append(words)

    @property
    def state(self):
        folder = self.store.folder(self.job["run_id"])
        return folder / f"state-{self.job['attempt']}.safetensors"

    def ending(self):
        said, self.said = self.said, None
        return said

    def kill(self):
        self.alive = False

    terminate = kill

    def memory_mb(self):
        return 1.0

    def work(self, draw):
        if self.job is None or not self.alive or self.said:
            return
        if "stop" in self.words and draw.random() < 0.8:
            self._leave({"ending": "stopped"})
        elif "pause" in self.words and draw.random() < 0.5:
            self.state.parent.mkdir(parents=True, exist_ok=True)
            self.state.write_text(json.dumps(self.written))
            if draw.random() < 0.2:
                self.alive = False  # between saving and saying so
            else:
                self._leave({"ending": "paused"})
        else:
            last = self.written == STEPS - 1
            row = {"kind": "result", "status": "finished"} if last else {"n": self.written}
            try:
                self.store.append(self.job["run_id"], self.job["attempt"], self.written, [row])
            except Fenced:
                self._leave({"ending": "stopped"})
                return
            self.written += 1
            if last and draw.random() < 0.7:
                self._leave({"ending": "finished"})
            elif last:
                self.alive = False  # between its result and its last word

    def _leave(self, ending):
        self.said = ending
        self.alive = False


class Executor:
    """Two slots of each kind and no process."""

    slots = {"cpu": 2, "gpu": 0, "quick": 1}

    def __init__(self, store):
        self.store = store
        self.busy = []

    def free(self, kind):
        return len([w for k, w in self.busy if k == kind]) < self.slots[kind]

    def take(self, kind):
        worker = Worker(self.store)
        self.busy.append((kind, worker))
        return worker

    def release(self, worker):
        self.busy = [(kind, w) for kind, w in self.busy if w is not worker]

    give_back = release

    def close(self):
        for _, worker in self.busy:
            worker.alive = False


class World:
    def __init__(self, folder, seed):
        self.draw = random.Random(seed)
        self.folder = folder
        self.store = Store(folder / "store.db", durable=False)
        self.status = {}  # as last seen
        self.orphans = []
        self.executor = None
        self.new_dispatcher()

    def new_dispatcher(self):
        if self.executor:
            self.orphans = [worker for _, worker in self.executor.busy if worker.alive]
        self.executor = Executor(self.store)
        self.dispatcher = Dispatcher(self.folder, self.executor, AT_ONCE)
        self.dispatcher.store.database = self.store.database
        self.dispatcher.store.line = self.store.line

    def any_run(self):
        return self.draw.choice(list(self.status)[-8:]) if self.status else "0" * 32

    def step(self):
        draw, user = self.draw, self.draw.choice(USERS)
        deed = draw.choices(list(DEEDS), list(DEEDS.values()))[0]
        if deed == "submit":
            kind = draw.choice(("fine_tune", "fine_tune", "fine_tune", "export"))
            hash, priority = str(draw.randrange(40)), int(draw.random() < 0.1)
            asked = order("model", hash, kind=kind, of=self.any_run())
            with contextlib.suppress(UserError):  # too many wait
                told = self.store.submit(asked, user, priority=priority)
                self.status.setdefault(told.run_id, "queued")
        elif deed in ("pause", "resume"):
            getattr(self.store, deed)(self.any_run(), user, host=True)
        elif deed in ("watch", "leave"):
            getattr(self.store, deed)(self.any_run(), user)
        elif deed == "stop all":
            self.store.stop_all()
        elif deed == "kill" and self.executor.busy:
            draw.choice(self.executor.busy)[1].kill()
        elif deed == "kill dispatcher":
            self.new_dispatcher()
        elif deed == "orphan" and self.orphans:
            worker = self.orphans.pop()  # it wakes up after its run was given away
            if worker.job:
                self.dispatcher.tick()
                with pytest.raises(Fenced):
                    self.store.append(worker.job["run_id"], worker.job["attempt"], 0, [{"late": 1}])
        elif deed == "tick":
            self.dispatcher.tick()
        elif deed == "work" and self.executor.busy:
            draw.choice(self.executor.busy)[1].work(draw)
        self.look()

    def look(self, ids=None):
        for run_id in ids or list(self.status)[-8:]:
            before, run = self.status[run_id], self.store.run(run_id)
            assert run.status in may_become(before), (run_id, before, run.status)
            self.status[run_id] = run.status
            assert len([w for _, w in self.executor.busy if _job(w) == run_id and w.alive]) <= 1

    def check_the_ended(self):
        for run_id, status in self.status.items():
            rows = self.store.rows(run_id)[0]
            results = [row for row in rows if row.get("kind") == "result"]
            assert len(results) == (status == "finished"), (status, rows)
            if status == "finished":
                assert [row.get("n") for row in rows] == [*range(STEPS - 1), None]
            assert "late" not in str(rows)


DEEDS = {
    "submit": 8,
    "pause": 6,
    "resume": 7,
    "watch": 2,
    "leave": 5,
    "stop all": 0.2,
    "kill": 1.5,
    "kill dispatcher": 0.7,
    "orphan": 1,
    "tick": 30,
    "work": 45,
}


def _job(worker):
    return worker.job and worker.job["run_id"]


def may_become(status):
    """Every status that is one or more legal moves away: two looks may lie several moves apart."""
    found, new = {status}, {status}
    while new:
        new = {after for one in new for after in LEGAL[one]} - found
        found |= new
    return found if status not in ENDED else {status}


def live(folder, seed, steps):
    world = World(folder, seed)
    for _ in range(steps):
        world.step()
    for run_id in world.status:
        world.store.resume(run_id, "ada", host=True)
    for _ in range(5000):
        world.dispatcher.tick()
        for _, worker in list(world.executor.busy):
            worker.work(world.draw)
        if not world.dispatcher._tickets:
            break
    world.look(list(world.status))
    assert set(world.status.values()) <= ENDED
    world.check_the_ended()
    world.store.close()
    return collections.Counter(world.status.values())


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("seed", range(3))
def test_whatever_the_order_every_run_ends_once_and_never_changes_again(tmp_path, seed):
    told = live(tmp_path, seed, 600)
    assert told["finished"] >= 5
    assert told["cancelled"] >= 3


@pytest.mark.slow
def test_ten_thousand_steps(tmp_path):
    told = live(tmp_path, 99, 10_000)
    assert {"finished", "cancelled", "interrupted"} <= told.keys()
