"""Stored features on a disk: whole, checked, within their share; the oldest go first."""

from __future__ import annotations

import os
import shutil
import time

import torch
from safetensors.torch import load

from tlcore.training import feature_files
from tlcore.training.engine.disk import FeatureStore


def test_the_file_used_longest_ago_goes_first(tmp_path):
    store = FeatureStore(tmp_path, limit_bytes=3000)
    for name in ("a", "b"):
        store.save(name, torch.zeros(250))  # 1000 bytes and a header
        os.utime(store.path(name), (1, 1))
    assert store.load("a") is not None  # used again: now "b" is the oldest
    store.save("c", torch.zeros(250))
    assert {path.name for path in tmp_path.iterdir()} == {
        "features-a.safetensors",
        "features-c.safetensors",
    }


def usage(monkeypatch, folder, total):
    """A disk of `total` bytes on which nothing lies but the features."""

    def told(_):
        used = sum(path.stat().st_size for path in folder.iterdir())
        return shutil._ntuple_diskusage(total, used, total - used)

    monkeypatch.setattr(feature_files.shutil, "disk_usage", told)


def test_a_small_disk_is_left_to_the_runs(tmp_path, monkeypatch):
    usage(monkeypatch, tmp_path, total=30_000_000)
    FeatureStore(tmp_path).save("a", torch.zeros(4_000_000))
    assert list(tmp_path.iterdir()) == []


def test_features_take_a_share_of_what_is_free_and_the_oldest_go_when_it_shrinks(
    tmp_path, monkeypatch
):
    usage(monkeypatch, tmp_path, total=feature_files.RESERVE_BYTES + 100_000)
    store = FeatureStore(tmp_path)
    for age, name in enumerate("abcd"):
        store.save(name, torch.zeros(4_000))  # 16 KB of the 50 KB that are theirs
        if store.path(name).exists():
            os.utime(store.path(name), (age, age))
    assert [path.name[9] for path in sorted(tmp_path.iterdir())] == ["b", "c", "d"]
    usage(monkeypatch, tmp_path, total=feature_files.RESERVE_BYTES + 50_000)
    assert feature_files.drop_oldest(tmp_path, feature_files.allowed(tmp_path)) > 32_000
    assert [path.name[9] for path in tmp_path.iterdir()] == ["d"]


def test_half_written_files_of_the_dead_are_swept(tmp_path):
    store = FeatureStore(tmp_path)
    dead, living = tmp_path / "features-x.1.half", tmp_path / "features-y.2.half"
    dead.write_bytes(b"half")
    living.write_bytes(b"half")
    os.utime(dead, (time.time() - 7200,) * 2)
    store.save("a", torch.zeros(3))
    assert not dead.exists()
    assert living.exists()


def test_files_are_whole_and_checked(tmp_path):
    store = FeatureStore(tmp_path)
    features = torch.randn(3, 2, 2, 2).to(torch.bfloat16)
    store.save("a", features)
    assert torch.equal(store.load("a"), features)
    assert set(load(store.path("a").read_bytes())) == {"features", "crc32"}
    assert store.load("absent") is None
