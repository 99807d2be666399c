"""Weights files: whole or refused, downloaded or given up, against a stand-in server."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import torch

from tlcore.backbones import fetch as fetching
from tlcore.backbones import resnet
from tlcore.backbones.fetch import fetch
from tlcore.backbones.weights import FOLDER, read_embedded, read_torchvision, write_embedded
from tlcore.errors import UserError

PATIENCE = 0.4  # seconds; five in the app


def pickled(state: dict[str, torch.Tensor]) -> bytes:
    buffer = io.BytesIO()
    torch.save(state, buffer)
    return buffer.getvalue()


CONTENT = pickled({"weight": torch.arange(50_000.0)})
PREFIX = hashlib.sha256(CONTENT).hexdigest()[:8]


class StandIn(BaseHTTPRequestHandler):
    ended = threading.Event()

    def do_GET(self) -> None:
        case = self.path.split("/")[1]
        if case == "busy":
            self.send_error(503)
            return
        if case == "silent":
            self.ended.wait(10)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        if case == "good":
            self.wfile.write(CONTENT)
        elif case == "wrong":
            self.wfile.write(CONTENT[:-1] + b"!")
        elif case == "cut":
            self.wfile.write(CONTENT[:-1000])
        elif case == "stall":
            self.wfile.write(CONTENT[:100_000])
            self.wfile.flush()
            self.ended.wait(10)
        elif case == "slow":
            piece = fetching.LEAST_BYTES // 2
            for start in range(0, len(CONTENT), piece):
                self.wfile.write(CONTENT[start : start + piece])
                self.wfile.flush()
                time.sleep(PATIENCE / 3)
        elif case == "drip":
            for position in range(1000):
                self.wfile.write(CONTENT[position : position + 1])
                self.wfile.flush()
                if self.ended.wait(0.05):
                    return

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    StandIn.ended.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), StandIn) as running:
        running.handle_error = lambda *_: None  # type: ignore[method-assign]
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        StandIn.ended.set()
        running.shutdown()


def url(server: str, case: str) -> str:
    return f"{server}/{case}/toy-{PREFIX}.pth"


def test_a_good_file_is_downloaded_once_and_then_read_from_disk(
    server: str, tmp_path: Path
) -> None:
    state, digest = read_torchvision(url(server, "good"), PATIENCE, tmp_path)
    assert torch.equal(state["weight"], torch.arange(50_000.0))
    assert digest == hashlib.sha256(CONTENT).hexdigest()
    again, _ = read_torchvision(url("http://127.0.0.1:9", "good"), PATIENCE, tmp_path)
    assert torch.equal(again["weight"], state["weight"])
    assert [p.name for p in tmp_path.iterdir()] == [f"toy-{PREFIX}.pth"]


@pytest.mark.parametrize("case", ["busy", "silent", "cut", "stall", "drip"])
def test_a_network_that_does_not_deliver_is_given_up(
    server: str, tmp_path: Path, case: str
) -> None:
    started = time.monotonic()
    with pytest.raises(UserError) as caught:
        fetch(url(server, case), tmp_path / "weights" / "toy.pth", PREFIX, PATIENCE)
    assert time.monotonic() - started < PATIENCE + 1
    assert caught.value.key == "weights.no_network"
    assert caught.value.values == {"file": "toy.pth", "host": "127.0.0.1"}
    assert list((tmp_path / "weights").iterdir()) == []


def test_a_connection_that_is_never_accepted_is_given_up(tmp_path: Path) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        port = deaf.getsockname()[1]
        waiting = [socket.socket() for _ in range(3)]
        for caller in waiting:  # fill the backlog: later callers get no answer at all
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.1", port))
        with pytest.raises(UserError, match="weights.no_network"):
            fetch(f"http://127.0.0.1:{port}/x.pth", tmp_path / "x.pth", PREFIX, PATIENCE)
        for caller in waiting:
            caller.close()


def test_a_name_lookup_that_hangs_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hang(*_: Any, **__: Any) -> Any:
        time.sleep(3)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    started = time.monotonic()
    with pytest.raises(UserError, match="weights.no_network"):
        fetch("http://weights.example/x.pth", tmp_path / "x.pth", PREFIX, PATIENCE)
    assert time.monotonic() - started < 2


def test_a_refused_connection_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="weights.no_network"):
        fetch("http://127.0.0.1:9/x.pth", tmp_path / "x.pth", PREFIX, 30)


def test_a_download_with_the_wrong_hash_is_not_kept(server: str, tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        fetch(url(server, "wrong"), tmp_path / "toy.pth", PREFIX, PATIENCE)
    assert caught.value.key == "weights.wrong_answer"
    assert caught.value.values == {"file": "toy.pth", "host": "127.0.0.1"}
    assert list(tmp_path.iterdir()) == []


def test_a_slow_but_moving_download_is_waited_for(server: str, tmp_path: Path) -> None:
    started = time.monotonic()
    fetch(url(server, "slow"), tmp_path / "toy.pth", PREFIX, PATIENCE)
    assert time.monotonic() - started > 2 * PATIENCE
    assert (tmp_path / "toy.pth").read_bytes() == CONTENT


def test_a_full_disk_is_told_as_such(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Any, answer: Any) -> None:
        raise fetching._DiskError(OSError(28, "No space left on device"))

    monkeypatch.setattr(fetching._Download, "_copy", full)
    with pytest.raises(UserError, match="store.full"):
        fetch(url(server, "good"), tmp_path / "toy.pth", PREFIX, PATIENCE)
    assert list(tmp_path.iterdir()) == []


def test_a_file_damaged_later_is_set_aside_and_downloaded_anew(server: str, tmp_path: Path) -> None:
    kept = tmp_path / f"toy-{PREFIX}.pth"
    read_torchvision(url(server, "good"), PATIENCE, tmp_path)
    content = bytearray(kept.read_bytes())
    content[1000] ^= 1
    kept.write_bytes(content)
    with pytest.raises(UserError, match="weights.set_aside"):
        read_torchvision(url(server, "good"), PATIENCE, tmp_path)
    assert kept.with_name(kept.name + ".damaged").exists()
    read_torchvision(url(server, "good"), PATIENCE, tmp_path)
    assert kept.read_bytes() == CONTENT


def test_downloaded_weights_reach_the_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path))
    donor = resnet.whole("resnet18", seed=9)
    content = pickled(donor.state_dict())
    name = f"resnet18-{hashlib.sha256(content).hexdigest()[:8]}.pth"
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / name).write_bytes(content)
    enum = "ResNet18_Weights.IMAGENET1K_V1"
    built = resnet.build("resnet18", enum, True, 0, PATIENCE, url=f"http://127.0.0.1:9/{name}")
    assert torch.equal(built.blocks.stem.conv1.weight, donor.conv1.weight)
    assert torch.equal(built.blocks.layer4_1.bn2.running_var, donor.layer4[1].bn2.running_var)
    assert built.weights_sha256 == hashlib.sha256(content).hexdigest()
    assert (built.input.size, built.input.channels) == (224, 3)


def test_embedded_weights_survive_the_round_trip_through_fp16(tmp_path: Path) -> None:
    state = {"a": torch.tensor([1.0, 0.1]), "count": torch.tensor(3)}
    digest = write_embedded(tmp_path / "toy.safetensors", state)
    (tmp_path / "toy.json").write_text(json.dumps({"sha256": digest}))
    back, named = read_embedded("toy", tmp_path)
    assert named == digest
    assert torch.equal(back["a"], torch.tensor([1.0, 0.1]).half().float())
    assert back["a"].dtype == torch.float32
    assert torch.equal(back["count"], torch.tensor(3))


@pytest.mark.parametrize("harm", ["flip", "cut", "missing", "no card"])
def test_damaged_embedded_weights_are_refused(tmp_path: Path, harm: str) -> None:
    for path in FOLDER.glob("clothing.*"):
        shutil.copy(path, tmp_path)
    weights = tmp_path / "clothing.safetensors"
    content = bytearray(weights.read_bytes())
    if harm == "flip":
        content[len(content) // 2] ^= 1
        weights.write_bytes(content)
    elif harm == "cut":
        weights.write_bytes(content[:-1])
    elif harm == "missing":
        weights.unlink()
    else:
        (tmp_path / "clothing.json").unlink()
    with pytest.raises(UserError, match="weights.damaged"):
        read_embedded("clothing", tmp_path)
