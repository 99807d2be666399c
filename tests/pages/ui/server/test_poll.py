"""The tail that all readers of a run share: the same answers as the store's, fewer reads."""

from __future__ import annotations

import asyncio
import gzip
import json
from types import SimpleNamespace
from typing import Any

import pytest

from pages.ui.runs import runs
from pages.ui.server import poll
from pages.ui.server.poll import Polls
from tests import loops
from tlcore.ground.errors import UserError
from tlcore.runs.store.store import ATTEMPT


class Run:
    """Answers like runs.poll, counts how often it was asked."""

    def __init__(self, rows: int = 0) -> None:
        self.rows: list[dict[str, Any]] = [{"step": n} for n in range(rows)]
        self.attempt, self.status, self.stopping, self.reads = 1, "running", False, 0

    def ask(self, run_id: str, after: int, most: int) -> dict[str, Any] | None:
        self.reads += 1
        if run_id != "known":
            return None
        base = ATTEMPT * (self.attempt - 1)
        seen = after - base if 0 <= after - base < ATTEMPT else 0
        rows = self.rows[seen : seen + most]
        cursor = base + seen + len(rows)
        state = {"status": self.status, "stopping": self.stopping, "attempt": self.attempt}
        return {**state, "rows": rows, "next": cursor, "more": cursor < base + len(self.rows)}


def told(
    polls: Polls, after: int = 0, run_id: str = "known", gzipped: bool = False
) -> dict[str, Any]:
    found = loops.run(polls.answer(run_id, after, gzipped))
    assert found is not None
    answer: dict[str, Any] = json.loads(gzip.decompress(found.body) if found[1] else found.body)
    return answer


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(poll.time, "monotonic", lambda: now[0])
    return now


def test_readers_at_different_places_get_their_rows_from_one_read(clock):
    run = Run(rows=5)
    polls = Polls(run.ask)
    assert told(polls)["rows"] == run.rows
    assert [told(polls, after)["rows"] for after in range(6)] == [run.rows[n:] for n in range(6)]
    assert run.reads == 1


def test_what_is_older_than_a_tenth_of_a_second_is_read_again(clock):
    run = Run(rows=5)
    polls = Polls(run.ask)
    told(polls)
    run.rows.append({"step": 5})
    assert told(polls, 5)["rows"] == []
    clock[0] += 2 * poll.FRESH
    answer = told(polls, 5)
    assert (answer["rows"], answer["next"]) == ([{"step": 5}], 6)
    assert told(polls, 2)["rows"] == run.rows[2:]
    assert run.reads == 2


def test_a_run_that_is_stopping_is_looked_at_five_times_as_often(clock):
    run = Run(rows=1)
    run.stopping = True
    polls = Polls(run.ask)
    told(polls)
    run.status, run.stopping = "cancelled", False
    clock[0] += 2 * poll.SOON
    assert told(polls, 1)["status"] == "cancelled"


def test_a_hundred_readers_at_once_ask_the_store_once():
    run = Run(rows=3)
    polls = Polls(run.ask)

    async def all_at_once() -> list[poll.Told | None]:
        return await asyncio.gather(*(polls.answer("known", 0) for _ in range(100)))

    found = loops.run(all_at_once())
    assert run.reads == 1
    assert len(set(found)) == 1


def test_a_reader_who_leaves_takes_no_answer_along():
    run = Run(rows=3)
    polls = Polls(run.ask)

    async def one_leaves() -> poll.Told | None:
        hasty = asyncio.create_task(polls.answer("known", 0))
        patient = asyncio.create_task(polls.answer("known", 0))
        await asyncio.sleep(0)
        hasty.cancel()
        return await patient

    found = loops.run(one_leaves())
    assert found is not None
    assert json.loads(found.body)["rows"] == run.rows


def everything(polls: Polls) -> tuple[list[dict[str, Any]], int]:
    """What a chart that begins has in the end, and in how many answers."""
    rows: list[dict[str, Any]] = []
    cursor, count = 0, 0
    while True:
        answer = told(polls, cursor, gzipped=True)
        rows, cursor, count = rows + answer["rows"], answer["next"], count + 1
        if not (answer["more"] and answer["rows"]):
            return rows, count


@pytest.mark.parametrize("steps", [501, 750, 999, 1000, 4300, 9001])
def test_a_class_that_reloads_is_told_the_compressed_past_and_then_the_rest(clock, steps):
    run = Run(rows=steps)
    polls = Polls(run.ask)
    assert everything(polls)[0] == run.rows  # the first reader reads
    everything(polls)
    before = run.reads
    for _ in range(30):
        assert everything(polls)[0] == run.rows
    assert run.reads == before


def test_the_past_of_an_attempt_is_not_told_of_the_next(clock):
    run = Run(rows=1000)
    polls = Polls(run.ask)
    everything(polls)
    everything(polls)
    run.attempt, run.rows = 2, [{"again": n} for n in range(800)]
    clock[0] += 2 * poll.FRESH
    assert everything(polls)[0] == run.rows
    clock[0] += 2 * poll.FRESH
    assert everything(polls)[0] == run.rows


def test_pasts_take_no_more_memory_than_is_given_them(clock, monkeypatch):
    monkeypatch.setattr(poll, "PAST_BYTES", 10_000)
    run = Run(rows=1000)
    polls = Polls(lambda run_id, after, most: run.ask("known", after, most))
    for number in range(20):
        for _ in range(2):
            told(polls, run_id=f"run{number}", gzipped=True)
    assert 0 < sum(map(len, polls._pasts.values())) <= 10_000


def test_the_second_attempt_is_told_from_its_start(clock):
    run = Run(rows=5)
    polls = Polls(run.ask)
    told(polls)
    run.attempt, run.rows = 2, [{"step": "again"}]
    clock[0] += 2 * poll.FRESH
    answer = told(polls, 5)
    assert (answer["attempt"], answer["rows"], answer["next"]) == (2, run.rows, ATTEMPT + 1)
    assert told(polls, ATTEMPT + 1)["rows"] == []


def test_only_the_end_of_a_long_run_is_kept_and_all_of_it_is_told(clock, monkeypatch):
    monkeypatch.setattr(poll, "ROWS", 10)
    run = Run(rows=100)
    polls = Polls(run.ask)
    assert told(polls)["rows"] == run.rows
    assert told(polls, 95)["rows"] == run.rows[95:]
    assert run.reads == 1
    assert told(polls, 50)["rows"] == run.rows[50:]
    assert run.reads == 2


def test_a_long_recording_comes_in_parts(clock, monkeypatch):
    monkeypatch.setattr(poll, "ROWS_A_POLL", 40)
    run = Run(rows=100)
    polls = Polls(run.ask)
    seen: list[dict[str, Any]] = []
    while (answer := told(polls, len(seen)))["rows"]:
        seen += answer["rows"]
        assert answer["more"] is (len(seen) < 100)
    assert seen == run.rows


def test_a_tail_that_fell_far_behind_is_forgotten(clock, monkeypatch):
    monkeypatch.setattr(poll, "ROWS_A_POLL", 40)
    run = Run(rows=10)
    polls = Polls(run.ask)
    told(polls)
    run.rows += [{"step": n} for n in range(10, 100)]
    clock[0] += 60
    answer = told(polls, 10)
    assert (len(answer["rows"]), answer["next"], answer["more"]) == (40, 50, True)


def test_of_many_runs_those_asked_for_last_are_kept(clock, monkeypatch):
    monkeypatch.setattr(poll, "RUNS", 2)
    run = Run(rows=1)
    polls = Polls(lambda run_id, after, most: run.ask("known", after, most))
    for run_id in ("a", "b", "c"):
        told(polls, run_id=run_id)
    told(polls, run_id="b")
    assert run.reads == 3
    told(polls, run_id="a")
    assert run.reads == 4


def test_no_such_run_is_kept_nowhere(clock):
    run = Run()
    polls = Polls(run.ask)
    for n in range(5):
        assert loops.run(polls.answer(f"forged {n}", 0)) is None
    assert not polls._tails
    assert not polls._reading


@pytest.mark.parametrize(
    ("key", "full"), [("store.full", True), ("store.quota", True), ("store.locked", False)]
)
def test_who_watches_a_run_is_told_that_the_disk_takes_no_more(monkeypatch, key, full):
    client = SimpleNamespace(trouble=UserError(key))
    monkeypatch.setattr(runs, "_client", lambda: client)
    assert runs._disk_is_full() is full
