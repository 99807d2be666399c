"""What is said of this machine without torch."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest

from tlcore.ground import machine
from tlcore.ground.paths import ROOT


@pytest.mark.usefixtures("unhurried")
def test_the_kind_of_machine_has_a_name_that_stays():
    code = "from tlcore.ground import machine; print(machine.name())"
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == machine.name() != ""


def test_there_is_a_slot_for_a_card_only_where_torch_can_use_it(monkeypatch):
    monkeypatch.setattr(machine, "gpus", lambda: ("NVIDIA Toy",))
    monkeypatch.setattr(machine, "torch_cuda", lambda: None)
    assert machine.gpu_slots() == 0
    monkeypatch.setattr(machine, "torch_cuda", lambda: "13.0")
    assert machine.gpu_slots() == 1
    monkeypatch.setenv("TL_GPU_SLOTS", "3")
    assert machine.gpu_slots() == 3


@pytest.mark.parametrize(
    ("line", "version"),
    [("cuda: Optional[str] = None", None), ("cuda: Optional[str] = '13.0'", "13.0")],
)
def test_the_cuda_version_is_read_without_torch(monkeypatch, tmp_path, line, version):
    (tmp_path / "version.py").write_text(f"__version__ = '2.13.0'\n{line}\nhip = None\n")
    found = SimpleNamespace(submodule_search_locations=[str(tmp_path)])
    monkeypatch.setattr(machine.importlib.util, "find_spec", lambda _: found)
    machine.torch_cuda.cache_clear()
    assert machine.torch_cuda() == version
    machine.torch_cuda.cache_clear()
