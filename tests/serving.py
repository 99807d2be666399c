"""The real app in a process group of its own: started by README's command, ended by Ctrl-C."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from tlcore.ground.paths import ROOT

START = 60.0  # seconds to answer, on a machine that is busy with other tests
END = 15.0  # seconds from Ctrl-C to the last process gone

Told = Mapping[str, str]


@dataclass
class Server:
    """`url` without a slash at its end; `folder` is its TL_DATA_DIR."""

    url: str
    folder: Path
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])


def run_command() -> list[str]:
    """The second half of README's line "Run: `pip install … && streamlit run app.py`"."""
    line = re.search(r"^Run: `.*&& (.+)`$", (ROOT / "README.md").read_text("utf-8"), re.M)
    assert line is not None
    return shlex.split(line[1])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def ours(folder: Path) -> list[psutil.Process]:
    """Every process that works on this data folder: web server, dispatcher, workers."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get("TL_DATA_DIR") == str(folder):
                found.append(process)
    return found


def start(
    folder: Path,
    port: int,
    log: Path,
    root: Path = ROOT,
    before: str = "",
    told: Told | None = None,
) -> subprocess.Popen[bytes]:
    """README's command, in a process group of its own; `before`: what its shell does first."""
    beside = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    settings = {
        "PATH": beside,
        "TL_DATA_DIR": str(folder),
        "STREAMLIT_SERVER_PORT": str(port),
        "STREAMLIT_SERVER_HEADLESS": "true",  # or a test run would open tabs on a desktop
        **(told or {}),
    }
    command = run_command()
    if before:
        command = ["bash", "-c", f"{before} exec {shlex.join(command)}"]
    with log.open("ab") as file:
        return subprocess.Popen(
            command,
            cwd=root,
            env={**os.environ, **settings},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


@contextlib.contextmanager
def serving(
    place: Path,
    wait: bool = True,
    root: Path = ROOT,
    before: str = "",
    told: Told | None = None,
) -> Iterator[Server]:
    """Start the app with its data under `place`; yield once it answers.  `root`, `before`, `told`:
    another checkout, what its shell does first, more of its environment (tests/bench)."""
    port, folder, log = free_port(), place / "data", place / "server.log"
    process = start(folder, port, log, root, before, told)
    try:
        server = Server(f"http://127.0.0.1:{port}", folder, log, process)
        if wait:
            answers(server)
        yield server
        os.killpg(process.pid, signal.SIGINT)
        process.wait(END)
        _, left = psutil.wait_procs(ours(folder), timeout=END)
        assert left == [], "a process of ours is left after Ctrl-C"
    finally:
        for process_ in ours(folder):  # of this data folder only
            with contextlib.suppress(psutil.Error):
                process_.kill()
        process.wait(END)


def answers(server: Server) -> float:
    """Wait for the first answer; the seconds it took."""
    began = time.monotonic()
    while time.monotonic() - began < START:
        assert server.process.poll() is None, server.log.read_text("utf-8")
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=2).close()
            return time.monotonic() - began
        time.sleep(0.05)
    raise AssertionError(server.log.read_text("utf-8"))
