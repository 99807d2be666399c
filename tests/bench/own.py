"""Own pictures: seconds until 500 of them can be trained with, and what hostile files cost."""

from __future__ import annotations

import secrets
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from tests.bench.classroom import room
from tests.bench.table import Line
from tests.bench.timing import median, spread
from tests.hostile import corpus as hostile
from tests.hostile.pictures import photo, saved
from tests.pages.sender import Sender, at_rest
from tests.serving import serving
from tlcore.catalog import own
from tlcore.data.own import own_edit
from tlcore.experiments.take_in import run as take_in
from tlcore.experiments.take_in.spec import TakeInSpec
from tlcore.ground import machine
from tlcore.ground.recipe import Compute
from tlcore.runs import dispatch
from tlcore.runs.spec import resolve
from tlcore.runs.store.store import Store

COUNT, AT_ONCE, ROUNDS = 500, 3, 3
MB = 2**20


def lines() -> list[Line]:
    return [*arrival(), *corpus()]


def arrival() -> list[Line]:
    """As the component sends them: made small already, three at a time."""
    pictures = [saved(photo(n, 320, 240), quality=90) for n in range(COUNT)]
    sending, taking, both = [], [], []
    with tempfile.TemporaryDirectory() as place, serving(Path(place)) as server:
        store = Store(server.folder / "store.db")
        for _ in range(ROUNDS):
            sender = Sender(server)
            began = time.perf_counter()
            _send(sender, pictures)
            sent = time.perf_counter()
            asked = TakeInSpec(data=sender.name, batch=sender.batch)
            run_id = store.submit(resolve(asked, Compute(), machine.name()), sender.user).run_id
            dispatch.ensure(server.folder)
            room.until(lambda run_id=run_id: room.status(store, run_id) == "finished")
            ended = time.perf_counter()
            found = own.read(sender.name, server.folder)
            assert found.usable
            assert len(found.pictures) == COUNT
            sending.append(sent - began)
            taking.append(ended - sent)
            both.append(ended - began)
        store.close()
    size = sum(map(len, pictures)) / MB
    return [
        Line(
            f"{COUNT} own pictures usable",
            f"{spread(both)} s: sent {spread(sending)}, decoded and kept {spread(taking)}",
            "≤ 10 s",
            f"JPEG of 320x240 as the browser sends them ({size:.1f} MB), {AT_ONCE} at a time to "
            f"the real server, then a take-in run in its own worker; {ROUNDS} rounds, client on "
            "the same cores; to make 500 originals small is the reader's device's work and not "
            "counted",
        )
    ]


def _send(sender: Sender, pictures: Sequence[bytes]) -> None:
    def some(first: int) -> None:
        for n in range(first, len(pictures), AT_ONCE):
            status, told = sender.post(pictures[n], label="ab"[n % 2], called=f"{n}.jpg")
            assert status == 201, told

    threads = [threading.Thread(target=some, args=(first,)) for first in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def corpus() -> list[Line]:
    """Every hostile file alone through the take-in, and all of them past the web process."""
    files, seconds = hostile.corpus(), []
    with tempfile.TemporaryDirectory() as place, serving(Path(place)) as server:
        sender = Sender(server)
        sender.post()
        web = psutil.Process(server.process.pid)
        peak = before = at_rest(server)
        for _, name, body in files:
            sender.post(body, label="" if name.endswith(".zip") else "x", called=name)
            peak = max(peak, web.memory_info().rss)
            own_set = own_edit.create(sender.user, server.folder)
            batch = secrets.token_hex(16)
            sender.post(body, name=own_set.id, batch=batch, called=name)
            asked = TakeInSpec(data=own_set.id, batch=batch)
            began = time.process_time()
            list(take_in.rows(asked, server.folder, server.folder))
            seconds.append(time.process_time() - began)
            own_edit.delete(own_set.id, sender.user, server.folder)
    slow = files[seconds.index(max(seconds))][0]
    return [
        Line(
            f"{len(files)} hostile files",
            f"each refused or made safe in {1000 * median(seconds):.0f} ms of CPU, the slowest "
            f"({slow}) in {max(seconds):.2f} s; the web process grows by "
            f"{(peak - before) / MB:.0f} MB",
            "≤ 1 s each, < 60 MB",
            "bombs, torn files, other kinds, zips that lie, bad names (tests/hostile/), each "
            "posted to the real server twice and decoded alone; RSS of the web process",
        )
    ]
