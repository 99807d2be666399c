"""One file from a server that fails: the whole file, or the right sentence, within seconds."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.tlcore.fetching import faulty_server
from tests.tlcore.fetching.faulty_server import CONTENT, DIGEST, PATIENCE, PIECE, Faulty
from tlcore.catalog import whole_files
from tlcore.fetching import http_answer, http_file
from tlcore.fetching.http_file import fetch
from tlcore.fetching.http_wanted import Wanted
from tlcore.ground.errors import UserError

_visits = itertools.count()


@pytest.fixture(scope="module")
def server(unhurried: None) -> Iterator[str]:
    with faulty_server.serving() as address:
        yield address


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_file, "BACKOFF", 0.02)
    monkeypatch.setattr(http_answer, "ROOM", 0)


def wanted(server: str, case: str, folder: Path, digest: str = DIGEST) -> Wanted:
    return Wanted(f"{server}/{case}/{next(_visits)}/toy.pth", folder / "toy.pth", digest[:8])


def requests(asked: Wanted) -> list[str | None]:
    return Faulty.visits[asked.url.split("/")[4]]


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"toy.pth.lock"}


@pytest.mark.parametrize("case", ["good", "busy_once", "no_length", "range_ignored"])
def test_the_whole_file_comes_and_nothing_else_stays(
    server: str, tmp_path: Path, case: str
) -> None:
    asked = wanted(server, case, tmp_path)
    fetch(asked, seconds=PATIENCE)
    assert asked.path.read_bytes() == CONTENT
    assert left(tmp_path) == {"toy.pth"}


@pytest.mark.parametrize("case", ["resumable", "redirect"])
def test_a_download_that_breaks_off_goes_on_where_it_stopped(
    server: str, tmp_path: Path, case: str
) -> None:
    asked, told = wanted(server, case, tmp_path), list[tuple[int, int | None]]()
    fetch(asked, lambda done, of: told.append((done, of)), PATIENCE)
    assert asked.path.read_bytes() == CONTENT
    ranges = [each for each in requests(asked) if each]
    assert set(ranges) == {f"bytes={PIECE}-", f"bytes={2 * PIECE}-"}
    assert [done for done, _ in told] == sorted(done for done, _ in told)  # never back
    assert (len(CONTENT), len(CONTENT)) in told


def test_a_later_call_goes_on_with_what_an_earlier_one_left(server: str, tmp_path: Path) -> None:
    asked = wanted(server, "resumable", tmp_path)

    def enough(done: int, of: int | None) -> None:
        if done >= PIECE:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(asked, enough, PATIENCE)
    assert not asked.path.exists()
    seen = len(requests(asked))
    fetch(asked, seconds=PATIENCE)
    assert asked.path.read_bytes() == CONTENT
    assert None not in requests(asked)[seen:]


@pytest.mark.parametrize("case", ["changed", "changed_unsaid", "changed_tag", "shorter"])
def test_parts_of_two_files_never_become_one(server: str, tmp_path: Path, case: str) -> None:
    asked = wanted(server, case, tmp_path)
    fetch(asked, seconds=PATIENCE)
    assert asked.path.read_bytes() == CONTENT
    assert left(tmp_path) == {"toy.pth"}


def test_a_file_that_was_whole_but_not_yet_named_is_kept(server: str, tmp_path: Path) -> None:
    asked = wanted(server, "shorter", tmp_path)
    Faulty.visits[asked.url.split("/")[4]].append(None)  # not the first visit
    asked.partial.write_bytes(CONTENT)
    fetch(asked, seconds=PATIENCE)
    assert requests(asked)[1:] == [f"bytes={len(CONTENT)}-"]
    assert asked.path.read_bytes() == CONTENT


@pytest.mark.parametrize("case", ["silent", "stall", "drip", "nothing", "cut"])
def test_a_network_that_does_not_deliver_is_given_up(
    server: str, tmp_path: Path, case: str
) -> None:
    asked, began = wanted(server, case, tmp_path / "weights"), time.monotonic()
    with pytest.raises(UserError) as caught:
        fetch(asked, seconds=PATIENCE)
    assert time.monotonic() - began < (http_file.TRIES + 1) * (PATIENCE + 1)
    assert caught.value.key == "download.no_network"
    assert caught.value.values == {"file": "toy.pth", "host": "127.0.0.1"}
    assert not asked.path.exists()
    assert len(requests(asked)) >= http_file.TRIES


@pytest.mark.parametrize(
    ("case", "code", "tries"), [("busy", 503, 3), ("missing", 404, 1), ("forbidden", 403, 1)]
)
def test_a_server_that_refuses_is_quoted(
    server: str, tmp_path: Path, case: str, code: int, tries: int
) -> None:
    asked = wanted(server, case, tmp_path)
    with pytest.raises(UserError) as caught:
        fetch(asked, seconds=PATIENCE)
    assert caught.value.key == "download.refused"
    assert caught.value.values == {"file": "toy.pth", "host": "127.0.0.1", "code": code}
    assert len(requests(asked)) == tries  # what may pass is asked again
    assert left(tmp_path) == set()


def test_a_download_that_fails_leaves_the_file_to_others(server: str, tmp_path: Path) -> None:
    asked = wanted(server, "missing", tmp_path)
    with pytest.raises(UserError) as caught:  # kept: its traceback holds on to what was locked
        fetch(asked, seconds=PATIENCE)
    with whole_files.lock(asked.path).acquire(timeout=0):
        assert caught.value.key == "download.refused"


def test_a_redirect_without_end_is_given_up(server: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"download\.refused"):
        fetch(wanted(server, "redirect_round", tmp_path), seconds=PATIENCE)


@pytest.mark.parametrize("case", ["wrong", "sign_in"])
def test_what_is_not_the_file_is_set_aside(server: str, tmp_path: Path, case: str) -> None:
    with pytest.raises(UserError) as caught:
        fetch(wanted(server, case, tmp_path), seconds=PATIENCE)
    assert caught.value.key == "download.wrong_answer"
    assert caught.value.values == {"file": "toy.pth", "host": "127.0.0.1"}
    assert left(tmp_path) == {"toy.pth.damaged"}


def test_a_cut_that_no_length_betrays_is_found_by_the_hash(server: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"download\.wrong_answer"):
        fetch(wanted(server, "no_length_cut", tmp_path), seconds=PATIENCE)
    assert not (tmp_path / "toy.pth").exists()


def test_a_slow_but_moving_download_is_waited_for(server: str, tmp_path: Path) -> None:
    asked, began = wanted(server, "slow", tmp_path), time.monotonic()
    fetch(asked, seconds=PATIENCE)
    assert time.monotonic() - began > 2 * PATIENCE
    assert asked.path.read_bytes() == CONTENT
    assert len(requests(asked)) == 1


@pytest.mark.usefixtures("unhurried")
def test_a_connection_that_is_never_accepted_is_given_up(tmp_path: Path) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        address = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        waiting = [socket.socket() for _ in range(3)]
        for caller in waiting:  # fill the backlog: later callers get no answer at all
            caller.setblocking(False)
            caller.connect_ex(deaf.getsockname())
        with pytest.raises(UserError, match=r"download\.no_network"):
            fetch(wanted(address, "x", tmp_path), seconds=PATIENCE)
        for caller in waiting:
            caller.close()


@pytest.mark.usefixtures("unhurried")
def test_a_name_lookup_that_hangs_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hang(*_: Any, **__: Any) -> Any:
        time.sleep(5)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    began = time.monotonic()
    with pytest.raises(UserError, match=r"download\.no_network"):
        fetch(wanted("http://weights.example", "x", tmp_path), seconds=PATIENCE)
    assert time.monotonic() - began < 4


@pytest.mark.usefixtures("unhurried")
def test_a_refused_connection_is_told_soon(tmp_path: Path) -> None:
    began = time.monotonic()
    with pytest.raises(UserError, match=r"download\.no_network"):
        fetch(wanted("http://127.0.0.1:9", "x", tmp_path), seconds=30)
    assert time.monotonic() - began < 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_disk_that_fills_up_is_told_and_left_free(server: str, tmp_path: Path) -> None:
    asked = wanted(server, "good", tmp_path)
    asked.partial.symlink_to("/dev/full")
    with pytest.raises(UserError, match=r"store\.full"):
        fetch(asked, seconds=PATIENCE)
    assert not [name for name in left(tmp_path) if name.endswith(".partial")]


def test_a_disk_without_room_for_the_whole_is_told_before_it_is_filled(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_answer, "ROOM", 2**60)
    with pytest.raises(UserError, match=r"store\.full"):
        fetch(wanted(server, "good", tmp_path), seconds=PATIENCE)
    assert left(tmp_path) == set()


def limited(asked: Wanted, out: Any) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    try:
        fetch(asked, seconds=PATIENCE)
        out.send("came")
    except UserError as error:
        out.send(error.key)


@pytest.mark.skipif(sys.platform != "linux", reason="limits of files as Linux has them")
def test_a_limit_on_the_size_of_files_is_told_as_a_full_disk(server: str, tmp_path: Path) -> None:
    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.get_context("fork").Process(
        target=limited, args=(wanted(server, "good", tmp_path), theirs)
    )
    child.start()
    assert ours.poll(10)
    assert ours.recv() == "store.full"
    child.join(5)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(server: str, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UserError, match=r"store\.unwritable"):
        fetch(wanted(server, "good", tmp_path), seconds=PATIENCE)
    tmp_path.chmod(0o700)


def together(asked: Wanted, out: Any) -> None:
    fetch(asked, seconds=2)
    out.send(asked.path.read_bytes() == CONTENT)


def test_two_processes_that_want_the_same_file_download_it_once(
    server: str, tmp_path: Path
) -> None:
    asked = wanted(server, "slow", tmp_path)
    ours, theirs = multiprocessing.Pipe()
    fork = multiprocessing.get_context("fork")
    children = [fork.Process(target=together, args=(asked, theirs)) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join(15)
    assert [ours.recv(), ours.recv()] == [True, True]
    assert len(requests(asked)) == 1
