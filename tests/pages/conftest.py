"""Pages without a browser: a store in a fresh folder, and nobody who would start what is queued."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from pages.ui import frame, runs
from tests.pages import reader
from tests.pages.house import House
from tlcore import dispatch, machine, stored
from tlcore.store import Store

SPEED = {"device": "cpu", "precision": "fp32", "memory_format": "contiguous"}
PROFILE: dict[str, Any] = {
    "machine": machine.name(),
    "torch": metadata.version("torch"),
    "device_name": "",
    "cuda": False,
    "rows": [{**SPEED, "forward_ms": 0.2, "train_ms": 0.6}],
    "start_s": {"cpu": 0.0},
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder for one test, the pages' caches of the last one forgotten."""
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(dispatch, "ensure", lambda folder=None: None)
    monkeypatch.setattr(frame, "language", reader.language)
    monkeypatch.setattr(runs, "user", reader.user)
    monkeypatch.setattr(runs, "Store", lambda: Store(busy_seconds=0.1))
    runs.store.cache_clear()
    runs._log.cache_clear()
    return tmp_path / "data"


@pytest.fixture
def on_disk(folder: Path) -> Callable[[str], Path]:
    """Put a file where the weights of a backbone would be."""

    def put(name: str) -> Path:
        place = stored.place(name)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"weights")
        return place

    return put


@pytest.fixture
def house(folder: Path) -> Iterator[House]:
    """The store that the pages use, its machine measured."""
    house = House(folder)
    house.store.save_profile("clothing", PROFILE)
    yield house
    house.store.close()
    runs.store().close()
    runs.store.cache_clear()
