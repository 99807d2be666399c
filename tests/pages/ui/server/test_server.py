"""The real server against readers who forge, drop and send garbage."""

from __future__ import annotations

import asyncio
import json
import random
import threading
from collections.abc import Iterator

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from pages.ui.server import turns
from tests import loops
from tests.bench.classroom.streamlit_client import Tab, inside
from tests.pages.ui.server.server_house import get
from tests.serving import serving


@pytest.mark.parametrize(
    "forged",
    ["0" * 32, "x", "..", "%2e%2e", "%00", "a" * 5000, "';DROP TABLE runs;--", "<script>"],
)
def test_a_forged_run_is_unknown_and_the_answer_is_the_same_for_all(server, forged):
    answer = get(server, f"/api/runs/{forged}?after=0".replace(" ", "%20"))
    assert answer.status in (200, 400, 404)  # 200: Streamlit's start page, of another address
    if answer.status == 404:
        assert json.loads(answer.body) == {"error": "run.unknown"}
    assert str(server.folder).encode() not in answer.body


@pytest.mark.parametrize("after", ["-1", "1e9", "x", "9" * 5000, "%00", "1&after=2", "", "[]"])
def test_a_tampered_cursor_is_no_fault(server, after):
    assert get(server, f"/api/runs/{'0' * 32}?after={after}").status == 404


def test_every_answer_tells_its_time_in_the_application(server):
    for path in ("/", "/api/runs/x", "/_stcore/health"):
        assert 0 <= inside(get(server, path)) < 60


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("/lab/fine_tune?run=x&lang=ko", "/fine_tune?run=x&lang=ko"),
        ("/a/b/c", "/c"),
        ("/a/%2f%2fb", "/b"),  # never another host
    ],
)
def test_an_address_that_is_too_deep_leads_to_the_page_it_ends_with(server, address, target):
    answer = get(server, address)
    assert (answer.status, answer.headers["location"]) == (307, target)


OTHERS = [
    "/fine_tune",
    "/static/js/none.js",
    "/api/runs/x/files/y",
    "/a/evil.example",
]


@pytest.mark.parametrize("address", OTHERS)
def test_all_other_addresses_are_as_they_were(server, address):
    assert get(server, address).status in (200, 404)


def garbage(draw: random.Random) -> Iterator[bytes]:
    """Frames that are no message, messages that no page expects, and fields full of nonsense."""
    for size in (0, 1, 7, 300, 100_000):
        yield draw.randbytes(size)
    for kind in ("clear_cache", "set_run_on_save", "stop_script", "load_git_info"):
        message = BackMsg()
        setattr(message, kind, True)
        yield message.SerializeToString()
    for query in ("%", "lang=%ff", "run=" + "a" * 100_000, "lang=en&" * 5000, "train_size=1e999"):
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_script_hash = draw.randbytes(8).hex()
        yield message.SerializeToString()
    message = BackMsg()
    for widget in ("$$ID-0-fine_tune.start", "language", "\0", "a" * 10_000):
        message.rerun_script.widget_states.widgets.add(id=widget, trigger_value=True)
        message.rerun_script.widget_states.widgets.add(id=widget, string_value="<script>")
        message.rerun_script.widget_states.widgets.add(id=widget, json_value="{")
    yield message.SerializeToString()
    message = BackMsg()
    message.file_urls_request.file_names.extend(["../../etc/passwd"] * 1000)
    yield message.SerializeToString()


def test_garbage_on_the_websocket_disturbs_nobody_else(server):
    async def attack() -> None:
        neighbour = Tab(server.url, "home", "lang=en")
        await neighbour.load()
        session, seen = neighbour.session, len(neighbour.payload)
        draw = random.Random(0)
        for frame in garbage(draw):
            attacker = Tab(server.url, "fine_tune", "lang=en")
            await attacker.connect()
            for _ in range(3):
                try:
                    await attacker.send(frame)
                except Exception:  # the server has closed on it, as it should
                    break
            attacker.drop()
        await neighbour.rerun()
        assert neighbour.session == session
        assert len(neighbour.payload) > seen / 2
        newcomer = Tab(server.url, "fine_tune", "lang=en")
        await newcomer.load()
        await newcomer.close()
        await neighbour.close()

    loops.run(attack())
    assert server.process.poll() is None


def test_sockets_that_drop_at_once_come_back_to_their_sessions(server):
    async def fail() -> list[tuple[str, str]]:
        tabs = [Tab(server.url, "home", "lang=en") for _ in range(12)]
        for tab in tabs:
            await tab.load()
        before = [tab.session for tab in tabs]
        for tab in tabs:
            tab.drop()
        await asyncio.gather(*(tab.reconnect() for tab in tabs))
        await asyncio.gather(*(tab.rerun() for tab in tabs))
        after = [tab.session for tab in tabs]
        await asyncio.gather(*(tab.close() for tab in tabs))
        return list(zip(before, after, strict=True))

    pairs = loops.run(fail())
    assert len(set(pairs)) == 12
    assert all(before == after for before, after in pairs)


@pytest.mark.usefixtures("unhurried")
def test_ctrl_c_in_the_first_moment_leaves_no_process(tmp_path):
    with serving(tmp_path):  # at its end: Ctrl-C, and nothing of this data folder may be left
        pass


def test_a_few_page_scripts_run_at_a_time_and_all_of_them_run():
    inside_now, most, done = 0, 0, []
    book = threading.Lock()
    all_in = threading.Barrier(turns.AT_ONCE, timeout=10)

    def script(number: int) -> None:
        nonlocal inside_now, most
        with turns.one():
            with book:
                inside_now += 1
                most = max(most, inside_now)
            all_in.wait()  # as many as may be are in at once; no one more comes in meanwhile
            with book:
                inside_now -= 1
                done.append(number)

    threads = [threading.Thread(target=script, args=(n,)) for n in range(3 * turns.AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, sorted(done)) == (turns.AT_ONCE, list(range(3 * turns.AT_ONCE)))
