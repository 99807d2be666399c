"""A store file of an older version goes on as if it had always been of this one."""

from __future__ import annotations

import json
import sqlite3

import pytest

from tests.tlcore.stand_ins import order
from tlcore.runs.queue import Queue
from tlcore.runs.store.store import Store
from tlcore.runs.store.tables import VERSION

VERSION_1 = """
CREATE TABLE runs (
    id TEXT NOT NULL, hash TEXT NOT NULL, status TEXT NOT NULL, user TEXT NOT NULL,
    created FLOAT NOT NULL, started FLOAT, ended FLOAT, attempt INTEGER NOT NULL,
    stop BOOLEAN NOT NULL, device TEXT NOT NULL, spec JSON NOT NULL, compute JSON NOT NULL,
    error_key TEXT, error_values JSON, brief JSON, result JSON, PRIMARY KEY (id)
);
CREATE INDEX ix_runs_status ON runs (status);
CREATE INDEX ix_runs_hash ON runs (hash);
CREATE TABLE rows (
    run_id TEXT NOT NULL, attempt INTEGER NOT NULL, first INTEGER NOT NULL,
    count INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (run_id, attempt, first)
);
CREATE TABLE watchers (
    run_id TEXT NOT NULL, user TEXT NOT NULL, watching BOOLEAN NOT NULL,
    PRIMARY KEY (run_id, user)
);
CREATE INDEX ix_watchers_user ON watchers (user);
CREATE TABLE profiles (
    machine TEXT NOT NULL, backbone TEXT NOT NULL, saved FLOAT NOT NULL, profile JSON NOT NULL,
    PRIMARY KEY (machine, backbone)
);
CREATE TABLE clients (
    id TEXT NOT NULL, pid INTEGER NOT NULL, beat FLOAT NOT NULL, PRIMARY KEY (id)
);
CREATE TABLE orders (word TEXT NOT NULL, given FLOAT NOT NULL, PRIMARY KEY (word));
PRAGMA user_version = 1;
"""  # as `.schema` told it of a file written by that version

VERSION_2 = """
CREATE TABLE runs (
    id TEXT NOT NULL, hash TEXT NOT NULL, kind TEXT DEFAULT 'fine_tune' NOT NULL, "of" TEXT,
    status TEXT NOT NULL, user TEXT NOT NULL, created FLOAT NOT NULL, started FLOAT, ended FLOAT,
    attempt INTEGER NOT NULL, deaths INTEGER DEFAULT '0' NOT NULL, stop BOOLEAN NOT NULL,
    pause BOOLEAN DEFAULT '0' NOT NULL, lane TEXT DEFAULT 'cpu' NOT NULL,
    priority INTEGER DEFAULT '0' NOT NULL, estimate FLOAT, used FLOAT DEFAULT '0' NOT NULL,
    spec JSON NOT NULL, compute JSON NOT NULL, error_key TEXT, error_values JSON, brief JSON,
    result JSON, PRIMARY KEY (id)
);
CREATE INDEX ix_runs_status ON runs (status);
CREATE INDEX ix_runs_of ON runs ("of");
CREATE INDEX ix_runs_hash ON runs (hash);
CREATE INDEX ix_runs_ended ON runs (ended);
CREATE TABLE rows (
    run_id TEXT NOT NULL, attempt INTEGER NOT NULL, first INTEGER NOT NULL,
    count INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (run_id, attempt, first)
);
CREATE TABLE watchers (
    run_id TEXT NOT NULL, user TEXT NOT NULL, watching BOOLEAN NOT NULL,
    PRIMARY KEY (run_id, user)
);
CREATE INDEX ix_watchers_user ON watchers (user);
CREATE TABLE profiles (
    machine TEXT NOT NULL, backbone TEXT NOT NULL, saved FLOAT NOT NULL, profile JSON NOT NULL,
    PRIMARY KEY (machine, backbone)
);
CREATE TABLE settings (name TEXT NOT NULL, value JSON NOT NULL, PRIMARY KEY (name));
CREATE TABLE clients (
    id TEXT NOT NULL, pid INTEGER NOT NULL, beat FLOAT NOT NULL, PRIMARY KEY (id)
);
CREATE TABLE orders (word TEXT NOT NULL, given FLOAT NOT NULL, PRIMARY KEY (word));
PRAGMA user_version = 2;
"""


@pytest.fixture
def older(tmp_path):
    """A file of version 2 with one finished run and a limit of the room."""
    path = tmp_path / "store.db"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.executescript(VERSION_2)
    told = json.dumps({"kind": "result", "status": "finished", "predictions": [1]})
    connection.execute(
        "INSERT INTO runs (id, hash, status, user, created, attempt, stop, spec, compute, brief,"
        " result) VALUES (?, 'h1', 'finished', 'ada', 1, 1, 0, '{}', '{}', ?, ?)",
        ("a" * 32, told, told),
    )
    connection.execute("INSERT INTO watchers VALUES (?, 'ada', 1)", ("a" * 32,))
    connection.execute("INSERT INTO rows VALUES (?, 1, 0, 1, '[{\"n\": 1}]')", ("a" * 32,))
    connection.execute("INSERT INTO settings VALUES ('limits', '{\"waiting\": 7}')")
    connection.close()
    return path


@pytest.fixture
def old(tmp_path):
    path = tmp_path / "store.db"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.executescript(VERSION_1)
    result = {"kind": "result", "status": "finished", "predictions": [1]}
    runs = [
        ("a" * 32, "h1", "finished", "cpu", "fine_tune", json.dumps(result)),
        ("b" * 32, "h2", "queued", "cuda:0", "fine_tune", None),
        ("c" * 32, "h3", "running", "cpu", "profile", None),
    ]
    for n, (run_id, hash, status, device, kind, told) in enumerate(runs):
        connection.execute(
            "INSERT INTO runs VALUES (?,?,?,'ada',?,NULL,NULL,1,0,?,?,'{}',NULL,NULL,?,?)",
            (run_id, hash, status, n, device, json.dumps({"kind": kind}), told, told),
        )
        connection.execute("INSERT INTO watchers VALUES (?, 'ada', 1)", (run_id,))
    connection.execute("INSERT INTO rows VALUES (?, 1, 0, 1, '[{\"n\": 1}]')", ("a" * 32,))
    connection.close()
    return path


def test_the_runs_of_a_version_1_file_are_all_there(old):
    store = Store(old)
    assert [run.id[0] for run in store.runs("ada")] == ["b", "a"]
    first, second, third = (store.run(letter * 32) for letter in "abc")
    assert (first.kind, first.status, first.result["predictions"]) == ("fine_tune", "finished", [1])
    assert store.rows(first.id) == ([{"n": 1}], 1)
    assert (second.status, third.kind) == ("queued", "profile")
    lanes = {ticket.id[0]: ticket.lane for ticket in Queue(store).tickets()}
    assert lanes == {"b": "gpu", "c": "cpu"}
    assert (second.priority, second.estimate, second.pausing) == (0, None, False)
    assert store.submit(order("quick", "h1"), "bob").how == "recorded"
    assert store.submit(order("quick"), "bob").how == "queued"
    store.close()
    with sqlite3.connect(old) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == VERSION
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    assert {"ix_runs_hash", "ix_runs_status", "ix_runs_of"} <= names
    assert "runs_1" not in names


def test_two_processes_that_open_a_version_1_file_together_migrate_it_once(old):
    stores = [Store(old), Store(old)]
    assert [len(store.runs("ada")) for store in stores] == [2, 2]
    for store in stores:
        store.close()


def test_a_version_2_file_keeps_its_runs_and_takes_predictions(older):
    store = Store(older)
    assert [run.id for run in store.runs("ada")] == ["a" * 32]
    assert store.rows("a" * 32) == ([{"n": 1}], 1)
    assert store.limits().waiting == 7
    store.answer("ada", "race", 1)
    assert store.standing("ada", "race").option == 1
    store.close()
    with sqlite3.connect(older) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == VERSION


def test_the_runs_of_a_migrated_file_outlive_a_broken_first_page(older):
    """The table that came later lies elsewhere than in a new file: it must not cost the others."""
    store = Store(older)
    store.answer("ada", "race", 1)
    store.close()
    with sqlite3.connect(older) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with older.open("r+b") as file:
        file.write(b"\0" * 4096)
    store = Store(older)
    assert [run.id for run in store.runs("ada")] == ["a" * 32]
    assert store.limits().waiting == 7
    store.answer("ada", "layers", 0)
    assert store.standing("ada", "layers").option == 0
    store.close()
