"""What a reader waits for: first point, redraws a second, the end of a run that is stopped."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests import chromium
from tests.bench import page
from tests.bench.table import Line
from tests.bench.timing import spread
from tests.serving import Server, serving
from tlcore.ground import machine
from tlcore.runs import spec
from tlcore.runs.store.store import Store
from tlcore.training import quickest

ROUNDS = 5
LIVE_SECONDS = 6
LONG = {"data": "garments", "train_size": 2_000, "freeze": 0, "epochs": 40}  # minutes, if it may
HEAD_ONLY = {"data": "digits", "train_size": 200, "epochs": 30, "freeze": 8}


@contextlib.contextmanager
def warm() -> Iterator[tuple[Server, Store]]:
    """The app with its machine profile measured and an idle worker for each core."""
    with tempfile.TemporaryDirectory() as place, serving(Path(place)) as server:
        store = Store(server.folder / "store.db")
        _until(lambda: store.profile("clothing"))
        time.sleep(3)  # the worker that measured is replaced
        yield server, store
        store.close()


def submit(store: Store, seed: int = 0, **values: Any) -> str:
    """As a click on start does it, in the web process: profile, choice, hash, queue."""
    asked = spec.parse({**values, "seed": seed})
    choice = quickest.choose(asked, store.profile("clothing"))
    return store.submit(spec.resolve(asked, choice, machine.name()), "bench").run_id


def first_point() -> list[Line]:
    """Submit to the first step row that the charts' route gives; and to the first point drawn."""
    waits, drawn = [], []
    with warm() as (server, store):
        for seed in range(ROUNDS):
            began = time.perf_counter()
            run_id = submit(store, seed, **LONG)
            _until(lambda run_id=run_id: _steps(server, run_id))
            waits.append(time.perf_counter() - began)
            store.leave(run_id, "bench")
            _settled(server, run_id)
        with chromium.tab() as tab:
            for seed in range(ROUNDS) if tab else ():
                open_lab(tab, server, seed)
                began = time.perf_counter()
                click(tab, "fine_tune-start")
                tab.wait_for_function(DRAWN)
                drawn.append(time.perf_counter() - began)
                click(tab, "fine_tune-stop")
                tab.wait_for_timeout(2500)
    seen = f"; click to first point drawn in Chromium {spread(drawn)} s" if drawn else ""
    return [
        Line(
            "click to first live point, warm",
            f"{spread(waits)} s{seen}",
            "≤ 1 s",
            "submit to the first step row on `/api/runs/<id>`; 2,000 garments, everything learns, "
            f"{ROUNDS} runs, nothing of them cached, one at a time",
        )
    ]


def verdict() -> list[Line]:
    """Head only on 200 digits, 30 epochs: submit to `finished`, nothing on disk, then again."""
    first: list[float] = []
    again: list[float] = []
    inside: list[float] = []
    compute: dict[str, Any] = {}
    with warm() as (server, store):
        for seed in range(ROUNDS):
            shutil.rmtree(server.folder / "cache", ignore_errors=True)
            for waits, values in ((first, {}), (again, {"head_lr": 0.011})):
                began = time.perf_counter()
                run_id = submit(store, seed, **HEAD_ONLY, **values)
                _until(lambda run_id=run_id: page.rows(server.url, run_id)["status"] == "finished")
                waits.append(time.perf_counter() - began)
                run = store.run(run_id)
                assert run is not None
                assert run.result is not None
                compute = run.compute
                if not values:
                    inside.append(run.result["seconds"]["total"])
                time.sleep(1.5)
    return [
        Line(
            "head only, 200 digits, 30 epochs: verdict",
            f"{spread(first)} s; {spread(again)} s with the features on disk",
            "≤ 2 s",
            f"`clothing`, submit to `finished` on the route, {compute['precision']} "
            f"{compute['memory_format']} (the profile's choice), {ROUNDS} seeds; training itself "
            f"{spread(inside)} s with nothing on disk",
        )
    ]


# The charts' nodes stand in the page itself (isolate_styles=False).
DRAWN = """() => [...document.querySelectorAll('[data-testid="live-chart-loss"]')]
  .some(node => (node.data ?? []).some(trace => (trace.y ?? []).some(Number.isFinite)))"""
COUNT = """() => { const node = document.querySelector('[data-testid="live-chart-loss"]');
  window.tlDraws = 0; window.tlNode = node;
  node.on('plotly_afterplot', () => { window.tlDraws += 1; }); }"""
KEPT = """() => [window.tlDraws,
  window.tlNode === document.querySelector('[data-testid="live-chart-loss"]')]"""


def redraws() -> list[Line]:
    """Redraws of the loss chart a second, and whether its node stayed."""
    with chromium.tab() as tab:
        if not tab:
            return [Line("live charts", "no Chromium found", "≥ 2 Hz", "")]
        with warm() as (server, _):
            open_lab(tab, server, seed=0)
            click(tab, "fine_tune-start")
            tab.wait_for_function(DRAWN)
            tab.evaluate(COUNT)
            tab.wait_for_timeout(LIVE_SECONDS * 1000)
            count, kept = tab.evaluate(KEPT)
            click(tab, "fine_tune-stop")
    return [
        Line(
            "live charts",
            f"{count / LIVE_SECONDS:.1f} Hz, node {'kept' if kept else 'replaced'}",
            "≥ 2 Hz",
            f"redraws of the loss chart in {LIVE_SECONDS} s of a run, headless Chromium "
            "1280 x 900 without a GPU, on the same cores as the run",
        )
    ]


def stopping() -> list[Line]:
    """From asking to stop to "cancelled" on the route, and to a worker for the next run."""
    told, free = [], []
    with warm() as (server, store):
        for seed in range(ROUNDS):
            fill = [submit(store, 100 * seed + i, **LONG) for i in range(machine.cpu_slots())]
            for run_id in fill:
                _until(lambda run_id=run_id: _steps(server, run_id))
            waiting = submit(store, 100 * seed + 99, **LONG)
            time.sleep(0.5)
            began = time.perf_counter()
            store.leave(fill[0], "bench")
            _until(lambda fill=fill: page.rows(server.url, fill[0])["status"] == "cancelled")
            told.append(time.perf_counter() - began)
            _until(lambda w=waiting: page.rows(server.url, w)["status"] == "running")
            free.append(time.perf_counter() - began)
            for run_id in (*fill[1:], waiting):
                store.leave(run_id, "bench")
                _settled(server, run_id)
    common = f"every slot busy ({machine.cpu_slots()} runs), {ROUNDS} times"
    return [
        Line("stop: told on the route", f"{spread(told)} s", "≤ 0.3 s", common),
        Line(
            "stop: slot free",
            f"{spread(free)} s",
            "≤ 5 s",
            f"the run that waits is `running`; {common}",
        ),
    ]


def open_lab(tab: Any, server: Server, seed: int) -> None:
    """The lab with the long run's settings, as a link carries them."""
    query = "&".join(f"{k}={v}" for k, v in {**LONG, "seed": 1000 + seed, "lang": "en"}.items())
    tab.goto(f"{server.url}/fine_tune?{query}")
    tab.locator(".st-key-fine_tune-start button").wait_for()
    tab.wait_for_timeout(1500)  # the page has come to rest


def click(tab: Any, key: str) -> None:
    tab.locator(f".st-key-{key} button").click()


def _steps(server: Server, run_id: str) -> bool:
    return any(row["kind"] == "step" for row in page.rows(server.url, run_id)["rows"])


def _settled(server: Server, run_id: str) -> None:
    """The run is over, and a worker idle again for the next one."""
    _until(lambda: page.rows(server.url, run_id)["status"] == "cancelled")
    time.sleep(1.5)


def _until(true: Any, patience: float = 60.0) -> None:
    until = time.monotonic() + patience
    while not true():
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(0.01)
