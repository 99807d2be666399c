"""Rows are brought to the store in order, in few writes, and faults reach the run."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tlcore.ground.errors import UserError
from tlcore.runs.rowwriter import RowWriter


class Written:
    """Stands in for the store."""

    path = Path("/nowhere/store.db")

    def __init__(self, error=None):
        self.batches = []
        self.error = error

    def append(self, run_id, attempt, first, rows):
        if self.error:
            raise self.error
        assert (run_id, attempt, first) == ("r", 1, sum(len(b) for b in self.batches))
        self.batches.append(list(rows))


def test_the_first_row_is_written_at_once_and_the_rest_in_batches():
    store = Written()
    with RowWriter(store, "r", 1) as writer:
        writer.add({"n": 0})
        time.sleep(0.03)
        assert store.batches == [[{"n": 0}]]
        for n in range(1, 200):
            writer.add({"n": n})
            time.sleep(0.001)
    assert [row["n"] for batch in store.batches for row in batch] == list(range(200))
    assert 2 < len(store.batches) < 10


def test_a_row_before_a_long_silence_does_not_wait_for_the_next():
    store = Written()
    with RowWriter(store, "r", 1) as writer:
        writer.add({"n": 0})
        writer.add({"n": 1})
        time.sleep(0.2)
        assert sum(len(batch) for batch in store.batches) == 2


def test_leaving_writes_what_waits_even_at_once():
    store = Written()
    with RowWriter(store, "r", 1) as writer:
        writer.add({"n": 0})
        writer.add({"n": 1})
    assert sum(len(batch) for batch in store.batches) == 2


def test_a_store_that_refuses_stops_the_run():
    def run():
        with RowWriter(Written(UserError("store.unwritable")), "r", 1) as writer:
            for n in range(100):
                writer.add({"n": n})
                time.sleep(0.01)
        raise AssertionError("went on")

    with pytest.raises(UserError, match=r"store\.unwritable"):
        run()


def test_a_store_that_refuses_the_last_rows_fails_the_run_too():
    with (
        pytest.raises(UserError, match=r"store\.unwritable"),
        RowWriter(Written(UserError("store.unwritable")), "r", 1) as writer,
    ):
        writer.add({"n": 0})


class Busy(Written):
    """Refuses some writes, as a store does that a backup program holds, or on a full disk."""

    def __init__(self, refusals, key="store.locked"):
        super().__init__()
        self.refusals = refusals
        self.key = key

    def append(self, *order):
        self.refusals -= 1
        if self.refusals >= 0:
            raise UserError(self.key)
        super().append(*order)


@pytest.mark.parametrize(
    "key", ["store.locked", "store.full", "store.quota", "store.damaged", "machine.spent"]
)
def test_a_store_that_is_in_trouble_for_a_while_costs_no_row(key):
    store = Busy(refusals=3, key=key)
    with RowWriter(store, "r", 1) as writer:
        for n in range(40):
            writer.add({"n": n})
            time.sleep(0.01)
    assert [row["n"] for batch in store.batches for row in batch] == list(range(40))


def test_the_last_rows_too_wait_for_a_busy_store():
    store = Busy(refusals=2)
    with RowWriter(store, "r", 1) as writer:
        writer.add({"n": 0})
    assert store.batches == [[{"n": 0}]]


def test_a_store_that_stays_busy_is_given_up(monkeypatch):
    monkeypatch.setattr("tlcore.runs.rowwriter.PATIENCE", 0.2)

    def run():
        with RowWriter(Busy(refusals=1_000), "r", 1) as writer:
            for n in range(100):
                writer.add({"n": n})
                time.sleep(0.01)
        raise AssertionError("went on")

    with pytest.raises(UserError, match=r"store\.locked"):
        run()


def test_a_run_that_goes_on_counts_the_rows_that_are_there():
    firsts = []

    class Numbered(Written):
        def append(self, run_id, attempt, first, rows):
            firsts.append((first, len(rows)))

    with RowWriter(Numbered(), "r", 1, written=7) as writer:
        writer.add({"n": 7})
        writer.add({"n": 8})
    assert firsts[0][0] == 7
    assert sum(count for _, count in firsts) == 2


def test_a_full_disk_takes_the_kept_features_before_it_costs_a_row(tmp_path):
    kept = tmp_path / "cache" / "features-a.safetensors"
    kept.parent.mkdir()
    kept.write_bytes(b"x" * 99)

    class Full(Written):
        path = tmp_path / "store.db"

        def append(self, *order):
            if kept.exists():
                raise UserError("store.full", path="x", free_mb=0)
            super().append(*order)

    store = Full()
    with RowWriter(store, "r", 1) as writer:
        writer.add({"n": 0})
    assert store.batches == [[{"n": 0}]]
