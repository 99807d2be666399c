"""Downloads as runs: progress, the result, stopping; and the command for the evening before."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.tlcore.fetching import faulty_server
from tests.tlcore.fetching.faulty_server import CONTENT, DIGEST, PIECE
from tests.tlcore.houses import House
from tlcore import __main__ as cli
from tlcore import catalog
from tlcore.catalog import hub, stored
from tlcore.experiments.fetch import command as fetch_command
from tlcore.experiments.fetch import run as downloads
from tlcore.experiments.fetch.spec import FetchSpec
from tlcore.fetching import http_file
from tlcore.ground.errors import UserError
from tlcore.ground.recipe import Compute
from tlcore.runs.spec import resolve

pytestmark = pytest.mark.usefixtures("unhurried")

NAME = f"toy-{DIGEST[:8]}.pth"


@pytest.fixture(scope="module")
def server(unhurried: None) -> Iterator[str]:
    with faulty_server.serving() as address:
        yield address


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(http_file, "BACKOFF", 0.02)
    monkeypatch.setattr(http_file, "SECONDS", 0.4)
    return tmp_path


@pytest.fixture
def at(server: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lets resnet18 lie at the faulty server, in one case."""

    def put(case: str, *names: str) -> None:
        rows = dict(catalog.backbones())
        for name in names or ("resnet18",):
            url = f"{server}/{case}/{name}-{case}-{time.monotonic_ns()}/{NAME}"
            fields = {"url": url, "fingerprint": f"{name}-{DIGEST[:8]}.pth", "megabytes": 0.29}
            rows[name] = dataclasses.replace(rows[name], **fields)
        monkeypatch.setattr(catalog, "backbones", lambda: rows)

    return put


def told(name: str = "resnet18", what: str = "backbone") -> list[dict[str, Any]]:
    return list(downloads.rows(FetchSpec(what=what, name=name), Path(), Path()))


def test_a_download_tells_how_far_it_is_and_ends_with_a_result(at: Any) -> None:
    at("slow")
    rows = told()
    assert [row["kind"] for row in rows][-2:] == ["progress", "result"]
    assert json.loads(json.dumps(rows)) == rows
    progress = [row for row in rows if row["kind"] == "progress"]
    done = [row["done"] for row in progress]
    assert len(done) >= 3
    assert done == sorted(done)
    assert done[-1] == len(CONTENT)
    assert {row["stage"] for row in progress} == {"download"}
    assert progress[-1]["of"] == len(CONTENT)
    assert rows[-1] == {
        "kind": "result",
        "status": "finished",
        "what": "backbone",
        "name": "resnet18",
        "already": False,
        "bytes": len(CONTENT),
    }
    assert stored.place("resnet18").read_bytes() == CONTENT


def test_what_is_there_is_not_downloaded_again(at: Any) -> None:
    at("good")
    told()
    at("missing")
    [row] = told()
    assert row["already"]


@pytest.mark.parametrize("name", ["clothing", "digits"])
def test_what_is_built_in_is_told_as_there(name: str) -> None:
    [row] = told(name, "backbone" if stored.is_backbone(name) else "data")
    assert row["already"]


@pytest.mark.parametrize(("name", "what"), [("nobody", "data"), ("resnet18", "data")])
def test_a_name_of_another_kind_is_unknown(name: str, what: str) -> None:
    with pytest.raises(UserError, match=r"fetch\.unknown"):
        told(name, what)


def test_a_download_that_is_stopped_ends_soon_and_goes_on_later(at: Any) -> None:
    at("resumable")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(http_file, "BACKOFF", 20.0)  # between two pieces
        patch.setattr(downloads, "STILL_S", 0.0)
        rows = downloads.rows(FetchSpec(name="resnet18"), Path(), Path())
        with contextlib.closing(rows):  # type: ignore[type-var]
            for row in rows:
                if row["done"] >= PIECE:
                    break
        began = time.monotonic()
    assert time.monotonic() - began < 1
    assert not stored.present("resnet18")
    assert stored.bytes_on_disk("resnet18") >= PIECE
    told()
    assert stored.place("resnet18").read_bytes() == CONTENT


def test_a_download_has_a_lane_of_its_own() -> None:
    assert resolve(FetchSpec(name="resnet18"), Compute(), "x").lane == "fetch"


def test_the_command_fetches_what_it_can_and_says_what_it_cannot(at: Any, capsys: Any) -> None:
    at("missing")
    rows = catalog.backbones()
    at("good", "resnet50")
    catalog.backbones().update(resnet18=rows["resnet18"])
    assert cli.main(["fetch", "resnet18", "resnet50"]) == 2
    out = capsys.readouterr()
    assert "resnet18: 127.0.0.1" in out.err
    assert "404" in out.err
    assert "resnet50: done (0.3 MB on the disk)" in out.out
    assert stored.present("resnet50")
    assert cli.main(["fetch", "resnet50"]) == 0
    assert "already here" in capsys.readouterr().out


def test_the_command_refuses_an_unknown_name_before_it_downloads(at: Any, capsys: Any) -> None:
    at("good")
    assert cli.main(["--language", "ko", "fetch", "resnet18", "nobody"]) == 2
    assert "nobody" in capsys.readouterr().err
    assert not stored.present("resnet18")


def test_the_list_says_what_is_here(at: Any, capsys: Any) -> None:
    at("good")
    told()
    for words in (["fetch"], ["fetch", "--list"]):
        assert cli.main(words) == 0
        lines = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
        assert lines["clothing"] == "built in"
        assert lines["resnet18"] == "here, 0.3 MB"
        assert lines["vgg16"] == "not here yet, 528 MB"
        assert lines["cifar10"] == "not here yet, ? MB"
        assert lines.keys() == {*catalog.backbones(), *hub.REPOS, *catalog.datasets()}


def test_a_run_on_the_command_line_fetches_first(at: Any, capsys: Any) -> None:
    at("good")
    fetch_command.needed(["resnet18", "digits"], "en")
    out = capsys.readouterr()
    assert stored.present("resnet18")
    assert out.out == ""  # rows stay rows
    assert "resnet18: done" in out.err


class Terminal:
    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_one_line_that_grows(at: Any) -> None:
    at("slow")
    out = Terminal()
    fetch_command.fetch("resnet18", out, "en")  # type: ignore[arg-type]
    lines = out.text.split("\r")
    assert len(lines) > 3
    assert all("downloading" in line for line in lines[1:-1])
    assert lines[-1].rstrip() == "resnet18: done (0.3 MB on the disk)"
    assert out.text.count("\n") == 1


def test_a_download_runs_in_its_own_lane_on_a_worker_that_is_made_for_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real dispatcher and the real worker; what is built in is there without a network."""
    monkeypatch.setenv("TL_WORKER", "tlcore.runs.worker:work")
    house = House(folder, monkeypatch)
    monkeypatch.delenv("TL_WORKER")
    try:
        house.start()
        asked = resolve(FetchSpec(what="data", name="digits"), Compute(), "x")
        run = house.ended(house.store.submit(asked, "ada").run_id, 90)
        assert run.status == "finished"
        [row] = house.store.rows(run.id)[0]
        assert row["already"]
        assert row["name"] == "digits"
    finally:
        house.close()


def test_a_model_of_the_hub_is_asked_for_by_a_worker_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real dispatcher and worker: what keeps a training run from asking keeps no download."""
    monkeypatch.setenv("TL_WORKER", "tlcore.runs.worker:work")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")  # nobody listens there
    house = House(folder, monkeypatch)
    monkeypatch.delenv("TL_WORKER")
    try:
        house.start()
        asked = resolve(FetchSpec(what="backbone", name="gpt2"), Compute(), "x")
        run = house.ended(house.store.submit(asked, "ada").run_id, 90)
        assert (run.status, run.error_key) == ("failed", "download.no_network")
    finally:
        house.close()
