"""The file is hit again and again while people watch, or while a dispatcher is at work."""

from __future__ import annotations

import contextlib
import random
import threading
import time

import pytest

from tests.tlcore.houses import wait_for
from tests.tlcore.runs.recovery.spoilt_house import (
    ROWS,
    RUNS,
    SPOIL,
    hit,
    room,
    spoilt_store,  # noqa: F401 (a fixture)
    whole,
)
from tests.tlcore.stand_ins import order
from tlcore.ground.errors import UserError
from tlcore.runs.queue import Queue
from tlcore.runs.store.store import Store

pytestmark = pytest.mark.usefixtures("unhurried")


# What `whole` says of a record in which a byte is another one and all still makes sense: a digit
# that is another digit, a key that has another letter.
CHANGED = (AssertionError, AttributeError, KeyError, TypeError)


def flip(path, rng, count=1):
    size = path.stat().st_size
    with path.open("r+b") as file:
        for _ in range(count):
            place = rng.randrange(size)
            file.seek(place)
            byte = file.read(1)[0]
            file.seek(place)
            file.write(bytes([byte ^ (1 << rng.randrange(8))]))


def shoot(store, rounds, rng, act):
    """Do `act` to the file again and again while 20 people watch.  (finished runs, those of them
    that are whole afterwards)."""
    ids, *_ = room(store)
    told: list[BaseException] = []
    calm = threading.Event()
    asked, looks = [0] * 20, [0] * 20

    def watch(n):
        mine = Store(store.path) if n % 5 == 0 else store  # some in a process of their own
        draw = random.Random(n)
        while not calm.is_set():
            asked[n] += 1
            try:
                run_id = draw.choice(ids)
                mine.run(run_id)
                mine.rows(run_id, draw.randrange(ROWS), 10)
                if draw.random() < 0.1:
                    mine.runs(f"user{draw.randrange(RUNS)}")
                    Queue(mine).tickets()
                if draw.random() < 0.1:
                    mine.submit(order("quick"), f"other{n}", priority=1)
                looks[n] += 1
            except UserError:
                pass
            except Exception as error:
                told.append(error)
                raise
            time.sleep(0.005)
        if mine is not store:
            mine.close()

    threads = [threading.Thread(target=watch, args=(n,), daemon=True) for n in range(20)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(rounds):
            with contextlib.suppress(OSError):  # between two files
                act(store.path, rng)
            enough = sum(asked) + 10  # who looks heals: on a busy machine they come later
            wait_for(lambda enough=enough: sum(asked) >= enough, "watchers that look", 30)
            time.sleep(0.02)
        back = _back(store, ids)
    finally:  # or they would go on and take the time of all tests after this one
        calm.set()
        for thread in threads:
            thread.join(10)
    assert told == []
    assert min(looks) > 0
    return ids, back


def _back(store, ids):
    """Those that are whole again within 5 s.  A run that a spoilt index does not find comes back
    once somebody has met the damage."""
    began = time.monotonic()
    while True:
        try:
            for run_id in ids:
                whole(store, run_id)
            return ids
        except (UserError, *CHANGED):
            assert time.monotonic() - began < 5, "not back within 5 s"
            for run_id in ids:  # a flipped digit is a digit: only its record knows better
                run = store.run(run_id)
                if run and run.status == "finished" and not _reads(store, run_id):
                    ids = [i for i in ids if i != run_id]
        time.sleep(0.02)


def _reads(store, run_id):
    try:
        whole(store, run_id)
    except CHANGED:
        return False
    return True


def test_hundreds_of_flipped_bytes_under_twenty_watchers(store):
    # 300 flips in about as many KB: some fall into a row, where a digit became another digit, which
    # nobody sees.  How many depends on who looks when; the records have them all in any case.
    ids, _ = shoot(store, 150, random.Random(7), lambda path, rng: flip(path, rng, 2))
    store.close()
    store.path.unlink()  # and its -wal with it, by whoever opens the store next
    for run_id in ids:
        whole(store, run_id)


def test_a_store_that_is_deleted_and_cut_again_and_again_under_twenty_watchers(store):
    ids, back = shoot(store, 25, random.Random(3), hit)
    assert back == ids


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_thousands_of_flipped_bytes(store, seed):
    rounds = random.Random(seed)
    shoot(store, 600, rounds, lambda path, rng: flip(path, rng, rng.choice((1, 1, 8, 64))))


@pytest.mark.parametrize("how", ["deleted", "emptied", "header", "noise"])
def test_runs_under_way_are_started_again_and_finish_once(house, how):
    house.start()
    ids = [house.submit("steady", steps=80, user=f"user{n}") for n in range(4)]
    house.started(ids[0])
    SPOIL[how](house.store.path)
    for run_id in ids:
        run = house.ended(run_id, 15)
        assert run.status == "finished"
        steps = [r["step"] for r in house.store.rows(run_id)[0] if r["kind"] == "step"]
        assert steps == list(range(1, 81))
    assert house.ended(house.submit("quick", user="late")).status == "finished"
    assert house.dispatchers[0].poll() is None


def test_a_dispatcher_goes_on_while_the_file_is_hit_again_and_again(house):
    house.start()
    rng = random.Random(5)
    ids = [house.submit("steady", steps=100, user=f"user{n}") for n in range(4)]
    for _ in range(12):
        with contextlib.suppress(OSError):
            hit(house.store.path, rng)
        time.sleep(0.15)
    for run_id in ids:
        assert house.ended(run_id, 20).status == "finished"
    assert house.dispatchers[0].poll() is None
