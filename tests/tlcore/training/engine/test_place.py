"""The machine is handed back as it was found, and its memory is read in the right unit."""

from __future__ import annotations

import pytest
import torch

from tlcore.ground.errors import UserError
from tlcore.ground.recipe import Compute
from tlcore.training.engine import place


def test_peak_memory_is_in_megabytes_and_never_falls():
    before = place.peak_memory_mb()
    assert before > 100  # torch alone
    block = torch.ones(100_000_000)  # 400 MB
    after = place.peak_memory_mb()
    assert after - before < 450
    assert after >= 400
    del block
    assert place.peak_memory_mb() >= after


def test_the_cpu_has_no_cuda_memory():
    assert place.peak_cuda_mb(torch.device("cpu")) is None


@pytest.mark.parametrize("fault", [None, ValueError])
def test_threads_are_given_back_whatever_happens(fault):
    before = torch.get_num_threads()
    try:
        with place.prepared(Compute(threads=before + 1), batch=2):
            assert torch.get_num_threads() == before + 1
            if fault:
                raise fault
    except ValueError:
        pass
    assert torch.get_num_threads() == before


def test_a_card_that_is_not_there_is_told(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(UserError, match="device.no_cuda"):
        place.device(Compute(device="cuda"))
