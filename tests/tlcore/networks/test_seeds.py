"""Named streams: independent of each other and of whoever else draws."""

from __future__ import annotations

import torch

from tlcore.networks import seeds


def test_a_stream_is_its_seed_and_its_name():
    assert seeds.derive(0, "order", 1) == seeds.derive(0, "order", 1)
    others = {
        seeds.derive(0, "order", 1),
        seeds.derive(0, "order", 2),
        seeds.derive(1, "order", 1),
        seeds.derive(0, "view", 1),
    }
    assert len(others) == 4
    assert all(0 <= number < 2**63 for number in others)


def test_streams_stay_what_they_are_from_release_to_release():
    """Changing them changes every run: raise the engine's version with it."""
    assert seeds.derive(0, "head") == 0x5AED603283E60D52


def test_a_fork_gives_back_the_generator_it_found():
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    with seeds.fork(0, "head"):
        inside = torch.rand(2)
    assert torch.equal(torch.rand(2), expected)
    with seeds.fork(0, "head"):
        assert torch.equal(torch.rand(2), inside)
    with seeds.fork(0, "other"):
        assert not torch.equal(torch.rand(2), inside)
