"""Where a run goes, from measured milliseconds."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tlcore.ground.recipe import Compute, TransferPlan
from tlcore.training import quickest

TOY = SimpleNamespace(blocks=(SimpleNamespace(macs=750), SimpleNamespace(macs=250)))
SPEC = SimpleNamespace(
    row=TOY,
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
    monkeypatch.setattr(quickest.catalog, "backbone", lambda _: TOY)
    monkeypatch.setattr(quickest.catalog, "dataset", lambda _: SimpleNamespace(val=50, test=50))


def row(device="cpu", precision="fp32", memory_format="contiguous", forward=1.0, train=3.0):
    return {
        "device": device,
        "precision": precision,
        "memory_format": memory_format,
        "forward_ms": forward,
        "train_ms": train,
    }


def test_without_a_profile_the_cpu_in_fp32():
    assert quickest.choose(SPEC, None) == Compute()
    assert quickest.choose(SPEC, {"rows": []}) == Compute()
    assert quickest.choose(SimpleNamespace(kind="profile"), {"rows": [row()]}) == Compute()


def test_the_seconds_of_a_run_are_added_up_by_hand():
    # 10 epochs x (100 x 3 ms + 50 x 1 ms) + 50 test pictures x 1 ms
    assert quickest.seconds(SPEC, row()) == pytest.approx(3.55)
    # once 0.75 x 200 x 1 ms; then a quarter of the above
    frozen = SimpleNamespace(**{**vars(SPEC), "plan": TransferPlan(2, 2, 1)})
    assert quickest.seconds(frozen, row()) == pytest.approx(0.15 + 3.55 / 4)
    views = SimpleNamespace(**{**vars(frozen), "augment": "shift"})
    assert quickest.seconds(views, row()) == pytest.approx(0.15 + 0.225 + 3.55 / 4)


def test_pictures_of_another_side_cost_what_their_multiply_adds_do():
    larger = SimpleNamespace(blocks=[SimpleNamespace(macs=2 * b.macs) for b in TOY.blocks])
    asked = SimpleNamespace(**{**vars(SPEC), "row": larger})
    assert quickest.seconds(asked, row()) == pytest.approx(2 * 3.55)


@pytest.mark.parametrize(("train", "chosen"), [(2.6, "bf16"), (2.8, "fp32")])
def test_reduced_precision_must_pay_a_tenth(train, chosen):
    rows = [row(), row(precision="bf16", memory_format="channels_last", train=train)]
    assert quickest.choose(SPEC, {"rows": rows}).precision == chosen


def test_a_format_that_is_slower_is_not_taken():
    rows = [row(), row(precision="bf16", train=9.0), row(memory_format="channels_last", train=3.1)]
    assert quickest.choose(SPEC, {"rows": rows}) == Compute()


@pytest.mark.parametrize(("start", "device"), [(1.0, "cuda"), (4.0, "cpu")])
def test_the_start_of_a_device_counts(start, device):
    rows = [row(), row(device="cuda", forward=0.1, train=0.2)]
    profile = {"rows": rows, "start_s": {"cpu": 0.0, "cuda": start}}
    assert quickest.choose(SPEC, profile).device == device
