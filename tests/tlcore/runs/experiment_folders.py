"""Folders of experiments that a test writes, found beside the app's own; and who loads torch."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path

from tlcore.ground.paths import ROOT

FREE = ("spec", "read", "presets")  # parts that the pages load
ASKED = """
import pathlib
import sys
from tlcore import experiments
from tlcore.runs import registry
experiments.__path__.extend(sys.argv[1:])
written = [folder.name for root in sys.argv[1:] for folder in pathlib.Path(root).iterdir()]
for experiment in registry.experiments():
    if written and experiment.folder.split("/")[-1] not in written:
        continue
    for name in {free}:
        if getattr(experiment, name) is not None:
            registry.part(experiment, name)
        if "torch" in sys.modules:
            place = getattr(experiment, name)
            print(f"{{experiment.folder}}: its {{name}} ({{place}}) loads torch, and pages load "
                  "it; move what needs torch to what a worker calls.")
            sys.exit()
"""


def write(root: Path, name: str, files: Mapping[str, str]) -> None:
    """A folder `name` in `root`: {file without .py: its text}."""
    folder = root / name
    folder.mkdir(parents=True)
    for file, text in files.items():
        (folder / f"{file}.py").write_text(textwrap.dedent(text), encoding="utf-8")


def python(code: str, *words: str) -> str:
    """What a fresh process says."""
    told = subprocess.run(
        [sys.executable, "-c", code, *words], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return told.stdout


def loads_torch(*roots: Path) -> str:
    """Which torch-free part of which experiment loads it, and what to do; empty where none does.

    Of those that lie in `roots`, or of the app's own.
    """
    return python(ASKED.format(free=FREE), *map(str, roots)).strip()
