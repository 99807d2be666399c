"""A stranger's Python without this project on its path, warm: each script runs in a fork of it.

What takes long is torch, and what its optimisers import when the first is made: 2.4 of a script's
3.1 CPU seconds.  A fork has its own memory, folder, environment and streams, like a process that
starts; two scripts and the notebook are still started from nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ALONE = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
ONE = {"OMP_NUM_THREADS": "1"}  # a second thread only waits, awake, while other tests have the core
WARM = """
import gc, json, os, runpy, sys
import torch, torch._dynamo
gc.freeze()  # or each fork, at its end, collects what it shares: 0.6 s more
for line in sys.stdin:
    folder, script, *words = json.loads(line)
    sys.stdout.flush()
    child = os.fork()
    if child:
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
        continue
    os.chdir(folder)
    for stream, name in ((0, os.devnull), (1, "stdout"), (2, "stderr")):
        os.dup2(os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC), stream)
    sys.argv, sys.path[0] = [script, *words], folder
    runpy.run_path(script, run_name="__main__")
    break
"""


class Stranger:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def run(self, folder: Path, script: str, *words: str) -> subprocess.CompletedProcess[str]:
        """`python script words…` in this folder; what it printed is left there, too."""
        assert self.process.stdin
        assert self.process.stdout
        print(json.dumps([str(folder), script, *words]), file=self.process.stdin, flush=True)
        code = int(self.process.stdout.readline())
        said = [(folder / name).read_text("utf-8") for name in ("stdout", "stderr")]
        return subprocess.CompletedProcess(script, code, *said)

    def say(self, folder: Path, code: str, *words: str) -> subprocess.CompletedProcess[str]:
        """`python -c code words…`"""
        (folder / "said.py").write_text(code, encoding="utf-8")
        return self.run(folder, "said.py", *words)


@contextmanager
def at_work() -> Iterator[Stranger]:
    command = [sys.executable, "-c", WARM]
    with subprocess.Popen(
        command, cwd="/", env=ALONE | ONE, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        yield Stranger(process)
        assert process.stdin
        process.stdin.close()
        assert process.wait(60) == 0
