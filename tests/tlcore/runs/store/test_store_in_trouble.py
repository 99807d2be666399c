"""A store whose file or disk is in trouble says so, and nothing that was acknowledged is lost."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.nonempty import files_of
from tests.tlcore.stand_ins import order
from tlcore.ground.errors import UserError
from tlcore.ground.paths import ROOT
from tlcore.runs.store.store import Store
from tlcore.runs.store.tables import VERSION


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "data" / "store.db", busy_seconds=2)
    yield store
    store.close()


def test_a_missing_folder_is_made_for_its_owner_only(store):
    store.submit(order("quick"), "ada")
    assert store.path.exists()
    if os.name == "posix":
        assert stat.S_IMODE(store.path.parent.stat().st_mode) == 0o700


def test_a_data_folder_that_is_removed_under_the_app_begins_anew(store):
    first = store.submit(order("quick"), "ada").run_id
    shutil.rmtree(store.path.parent)
    assert store.run(first) is None
    second = store.submit(order("quick"), "ada").run_id
    assert store.run(second).status == "queued"


def test_a_locked_store_is_told_and_then_works_again(tmp_path):
    store = Store(tmp_path / "store.db", busy_seconds=0.2)
    store.submit(order("quick", "a"), "ada")
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    with pytest.raises(UserError) as error:
        store.submit(order("quick", "b"), "ada")
    assert error.value.key == "store.locked"
    assert error.value.values == {"path": str(store.path), "seconds": 0.2}
    assert time.monotonic() - began < 1
    assert len(store.runs("ada")) == 1  # readers are not kept waiting
    other.execute("ROLLBACK")
    other.close()
    assert store.submit(order("quick", "b"), "ada").how == "queued"
    store.close()


@pytest.mark.parametrize("spoil", ["header", "inside", "text"])
def test_a_damaged_store_is_set_aside_and_what_can_be_read_is_kept(tmp_path, spoil):
    path = tmp_path / "store.db"
    if spoil == "text":
        path.write_text("this is no database, " * 1000)
    else:
        store = Store(path)
        for n in range(50):
            store.submit(order("quick"), f"user{n}")
        store.close()
        held = bytearray(path.read_bytes())
        start = 0 if spoil == "header" else 4096
        held[start : start + 3 * 4096] = os.urandom(3 * 4096)
        path.write_bytes(held)
    store = Store(path)
    assert store.set_aside is None
    kept = [len(store.runs(f"user{n}")) for n in range(50)]
    assert kept == [0 if spoil == "text" else 1] * 50
    run_id = store.submit(order("quick"), "ada").run_id
    assert store.run(run_id).status == "queued"
    assert re.fullmatch(r"store\.db\.corrupt-\d{8}-\d{6}", store.set_aside.name)
    assert store.set_aside.stat().st_size > 4096
    store.close()


def test_two_stores_that_meet_the_damage_together_keep_the_new_one(tmp_path):
    path = tmp_path / "store.db"
    path.write_text("this is no database, " * 1000)
    stores = [Store(path), Store(path)]
    first = stores[0].submit(order("quick"), "ada").run_id
    assert stores[1].run(first).status == "queued"
    assert len(list(tmp_path.glob("store.db.corrupt-*[0-9]"))) == 1
    for store in stores:
        store.close()


def test_a_store_that_another_process_set_aside_is_known(tmp_path):
    mine, other = Store(tmp_path / "store.db"), Store(tmp_path / "store.db")
    mine.submit(order("quick"), "ada")
    for part in files_of(tmp_path, "store.db*"):  # with the log: SQLite would heal the file from it
        part.unlink()
    mine.path.write_text("this is no database, " * 1000)
    other.runs("ada")
    assert [run.status for run in mine.runs("ada")] == ["queued"]
    assert mine.set_aside == other.set_aside is not None
    for store in (mine, other):
        store.close()


def test_a_store_of_a_newer_version_is_left_alone(tmp_path):
    path = tmp_path / "store.db"
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version={VERSION + 1}")
    connection.close()
    with pytest.raises(UserError) as error:
        Store(path).runs("ada")
    assert error.value.key == "store.newer"
    assert path.exists()


def test_a_folder_that_is_a_file_is_told(tmp_path):
    (tmp_path / "data").write_text("")
    with pytest.raises(UserError) as error:
        Store(tmp_path / "data" / "store.db").runs("ada")
    assert error.value.key == "store.unwritable"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_folder_that_may_not_be_written_is_told(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(UserError) as error:
            Store(tmp_path / "store.db").runs("ada")
    finally:
        tmp_path.chmod(0o700)
    assert error.value.key == "store.unwritable"


def printed(script: str, path: Path) -> str:
    """What a process of its own says: its limits end with it."""
    code = [sys.executable, "-c", script, str(path)]
    return subprocess.run(code, cwd=ROOT, capture_output=True, text=True, check=True).stdout


FILL = """
import resource, sys
from pathlib import Path
from tests.tlcore.stand_ins import order
from tlcore.ground.errors import UserError
from tlcore.runs.store.store import Store
store = Store(Path(sys.argv[1]))
store.submit(order("quick"), "ada")
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
done, told = 1, None
try:
    while True:
        store.submit(order("quick", text="x" * 5000), "ada", priority=1)
        done += 1
except UserError as error:
    told = error
print(told.key, sorted(told.values), done, len(store.runs("ada", 10_000)))
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(store.submit(order("quick"), "ada", priority=1).how, len(store.runs("ada", 10_000)))
"""


@pytest.mark.usefixtures("unhurried")
@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX")
def test_a_full_disk_is_told_and_loses_nothing_that_was_acknowledged(tmp_path):
    told = printed(FILL, tmp_path / "store.db").split("\n")
    key, *_, done, kept = told[0].split(" ")
    assert key == "store.full"
    assert int(done) == int(kept) > 3
    assert told[1] == f"queued {int(done) + 1}"


SPENT = """
import os, resource, sys
from pathlib import Path
from tests.tlcore.stand_ins import order
from tlcore.ground.errors import UserError
from tlcore.runs.store.store import Store
store = Store(Path(sys.argv[1]))
store.submit(order("quick"), "ada")
store.close()
most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir("/proc/self/fd")) - 1, most))
try:
    store.runs("ada")
except UserError as error:
    print(error.key)
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
print(len(store.runs("ada")))
"""


@pytest.mark.usefixtures("unhurried")
@pytest.mark.skipif(sys.platform != "linux", reason="counts descriptors in /proc")
def test_a_process_without_descriptors_is_told_so_and_not_that_it_has_no_rights(tmp_path):
    told = printed(SPENT, tmp_path / "store.db").split()
    assert told == ["machine.spent", "1"]
