"""The machine profile: measured rows, hopeless ones left out, the network untouched."""

from __future__ import annotations

import copy
import itertools
import sys
import time

import pytest
import torch

from tests.tlcore import toy
from tlcore.training.engine import profile


def test_each_precision_and_format_has_its_row():
    backbone = toy.backbone()
    before = copy.deepcopy(backbone.blocks.state_dict())
    rows = profile.measure(backbone, "cpu")
    said = [(row["precision"], row["memory_format"]) for row in rows]
    possible = list(itertools.product(("fp32", "bf16"), ("contiguous", "channels_last")))
    assert said[0] == ("fp32", "contiguous")
    assert [pair for pair in possible if pair in said] == said
    assert all(row["train_ms"] > row["forward_ms"] > 0 for row in rows)
    assert all(torch.equal(before[k], v) for k, v in backbone.blocks.state_dict().items())


def test_a_hopeless_forward_is_not_trained(monkeypatch):
    times = iter([1.0, 2.0, 5.0, 0.5, 1.0, 1.6])  # of: f+t, f (too slow), f+t, f (too slow)
    monkeypatch.setattr(profile, "_fastest", lambda work, device: next(times))
    rows = profile.measure(toy.backbone(), "cpu")
    assert [(row["precision"], row["memory_format"]) for row in rows] == [
        ("fp32", "contiguous"),
        ("bf16", "contiguous"),
    ]


def test_a_first_call_that_only_prepared_much_is_not_what_counts(monkeypatch):
    times = iter([1.4, 0.09])
    monkeypatch.setattr(profile, "_once", lambda work, device: next(times))
    assert profile._fastest(lambda: None, "cpu") == 0.09


def test_a_very_slow_first_call_is_taken_as_it_is(monkeypatch):
    calls = []
    monkeypatch.setattr(profile, "_once", lambda work, device: calls.append(1) or 4.0)
    assert profile._fastest(lambda: None, "cpu") == 4.0
    assert len(calls) == 1


@pytest.mark.skipif(
    sys.platform == "win32", reason="there it counts too coarsely: the wall's clock"
)
def test_waiting_for_a_core_is_not_counted():
    assert profile._once(lambda: time.sleep(0.2), "cpu") < 0.1
