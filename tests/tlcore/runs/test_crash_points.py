"""A process dies at each write to the store in turn: nothing acknowledged is lost or doubled."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.tlcore.stand_ins import order
from tlcore.ground.paths import ROOT
from tlcore.runs.store.store import Store

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")

# Each life is a fork of one process: asks for a run, does it by hand, dies at write number k:
# before it, within it (before COMMIT), or after it.
LIVES = """
import json, os, sys
from pathlib import Path
from tests.tlcore.stand_ins import order
from tlcore.runs import record
from tlcore.runs.store.database import Database
from tlcore.runs.queue import Queue
from tlcore.runs.store.store import Store

folder = Path(sys.argv[1])
real, writes = Database.write, 0

def dying(k, where):
    def write(self, act):
        global writes
        writes += 1
        if writes < k:
            return real(self, act)
        if where == "before":
            os._exit(0)
        def die_within(connection):
            act(connection)
            os._exit(0)
        if where == "within":
            real(self, die_within)
        real(self, act)
        os._exit(0)
    return write

def life(name):
    store = Store(folder / "store.db")
    run_id = store.submit(order("steady", name, steps=5), "user-" + name).run_id
    print(json.dumps([name, run_id]), flush=True)  # acknowledged
    queue = Queue(store)
    queue.start(run_id)
    store.append(run_id, 1, 0, [{"kind": "start", "attempt": 1}])
    store.append(run_id, 1, 1, [{"kind": "step", "step": 1}])
    result = {"kind": "result", "status": "finished", "steps": 1}
    record.write(store.run(run_id), store.rows(run_id)[0] + [result], store.folder(run_id))
    store.append(run_id, 1, 2, [result])
    queue.end(run_id, "finished")
    store.leave(run_id, "somebody")

Store(folder / "store.db").run("")
for k in range(1, 8):
    for where in ("before", "within", "after"):
        child = os.fork()
        if child == 0:
            Database.write = dying(k, where)
            life(f"{k}-{where}")
            os._exit(7)  # there are fewer writes than that
        _, code = os.waitpid(child, 0)
        print(json.dumps([k, where, code]), flush=True)
"""


@pytest.fixture
def lives(house):
    told = subprocess.run(
        [sys.executable, "-c", LIVES, str(house.folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [json.loads(line) for line in told.stdout.splitlines()]
    codes = {tuple(line[:2]): line[2] for line in lines if len(line) == 3}
    acknowledged = dict(line for line in lines if len(line) == 2)
    assert all(code == 0 for (k, _), code in codes.items() if k <= 6), codes
    return acknowledged


def test_each_run_ends_exactly_once_whichever_write_its_process_died_at(house, lives):
    assert len(lives) == 18  # died at the first write: never acknowledged, but for "after"
    house.start()
    for name, run_id in lives.items():
        run = house.ended(run_id, 30)
        rows = house.store.rows(run_id)[0]
        assert run.status == "finished", name
        assert [row["kind"] for row in rows].count("result") == 1, name
        assert rows[-1]["kind"] == "result"
        steps = [row["step"] for row in rows if row["kind"] == "step"]
        assert steps in ([1], [1, 2, 3, 4, 5]), name  # its own, or those of the attempt anew
    # Asked for and never acknowledged: a run or none, and it ends like any other.
    for user in ("user-1-within", "user-1-before"):
        assert house.store.runs(user) == []
    [unheard] = house.store.runs("user-1-after")
    assert house.ended(unheard.id, 30).status == "finished"


REPAIRS = """
import os, sys
from pathlib import Path
from tlcore.runs.recovery import recovery
from tlcore.runs.store.store import Store

folder, step, when = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
real = getattr(recovery, step)

def die(*given):
    if when == "after":
        real(*given)
    os._exit(0)

setattr(recovery, step, die)
Store(folder / "store.db").run("")
"""


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", ["_move", "_begin", "_fill", "_put_aside"])
def test_whoever_dies_while_repairing_the_store_is_followed_by_one_who_ends_it(
    tmp_path, step, when
):
    store = Store(tmp_path / "store.db")
    ids = [store.submit(order("quick"), f"user{n}").run_id for n in range(5)]
    store.watch(ids[0], "bob")
    store.close()
    held = store.path.read_bytes()
    store.path.write_bytes(os.urandom(100) + held[100:])
    subprocess.run([sys.executable, "-c", REPAIRS, str(tmp_path), step, when], cwd=ROOT, check=True)
    assert [store.run(run_id).status for run_id in ids] == ["queued"] * 5
    assert [run.id for run in store.runs("bob")] == [ids[0]]  # only the damaged file knew
    store.close()
    left = {file.name for file in tmp_path.iterdir()}
    assert not {name for name in left if ".new" in name or ".patched" in name}
