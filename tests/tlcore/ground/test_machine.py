"""Where a run goes, from measured milliseconds."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest

from tlcore.ground import machine
from tlcore.ground.paths import ROOT
from tlcore.ground.recipe import Compute, TransferPlan

SPEC = SimpleNamespace(
    kind="fine_tune",
    backbone="toy",
    data="toy",
    train_size=100,
    epochs=10,
    read=2,
    plan=TransferPlan(2, 2, 0),
    views=4,
    augment="none",
    forgetting=False,
)


@pytest.fixture(autouse=True)
def toy_catalogue(monkeypatch):
    blocks = (SimpleNamespace(macs=750), SimpleNamespace(macs=250))
    monkeypatch.setattr(machine.catalog, "backbone", lambda _: SimpleNamespace(blocks=blocks))
    monkeypatch.setattr(machine.catalog, "dataset", lambda _: SimpleNamespace(val=50, test=50))


def row(device="cpu", precision="fp32", memory_format="contiguous", forward=1.0, train=3.0):
    return {
        "device": device,
        "precision": precision,
        "memory_format": memory_format,
        "forward_ms": forward,
        "train_ms": train,
    }


def test_without_a_profile_the_cpu_in_fp32():
    assert machine.choose(SPEC, None) == Compute()
    assert machine.choose(SPEC, {"rows": []}) == Compute()
    assert machine.choose(SimpleNamespace(kind="profile"), {"rows": [row()]}) == Compute()


def test_the_seconds_of_a_run_are_added_up_by_hand():
    # 10 epochs x (100 x 3 ms + 50 x 1 ms) + 50 test pictures x 1 ms
    assert machine.seconds(SPEC, row()) == pytest.approx(3.55)
    # once 0.75 x 200 x 1 ms; then a quarter of the above
    frozen = SimpleNamespace(**{**vars(SPEC), "plan": TransferPlan(2, 2, 1)})
    assert machine.seconds(frozen, row()) == pytest.approx(0.15 + 3.55 / 4)
    views = SimpleNamespace(**{**vars(frozen), "augment": "shift"})
    assert machine.seconds(views, row()) == pytest.approx(0.15 + 0.225 + 3.55 / 4)


@pytest.mark.parametrize(("train", "chosen"), [(2.6, "bf16"), (2.8, "fp32")])
def test_reduced_precision_must_pay_a_tenth(train, chosen):
    rows = [row(), row(precision="bf16", memory_format="channels_last", train=train)]
    assert machine.choose(SPEC, {"rows": rows}).precision == chosen


def test_a_format_that_is_slower_is_not_taken():
    rows = [row(), row(precision="bf16", train=9.0), row(memory_format="channels_last", train=3.1)]
    assert machine.choose(SPEC, {"rows": rows}) == Compute()


@pytest.mark.parametrize(("start", "device"), [(1.0, "cuda"), (4.0, "cpu")])
def test_the_start_of_a_device_counts(start, device):
    rows = [row(), row(device="cuda", forward=0.1, train=0.2)]
    profile = {"rows": rows, "start_s": {"cpu": 0.0, "cuda": start}}
    assert machine.choose(SPEC, profile).device == device


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
