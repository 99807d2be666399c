"""Pages without a browser: a store in a fresh folder, and nobody who would start what is queued."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime import context
from streamlit.runtime.scriptrunner import script_cache
from streamlit.testing.v1 import app_test, local_script_runner

from pages.ui.frame import speech
from pages.ui.runs import runs
from tests.pages import reader
from tests.pages.house import House
from tlcore.catalog import stored
from tlcore.ground import machine
from tlcore.runs import dispatch
from tlcore.runs.store.store import Store

SPEED = {"device": "cpu", "precision": "fp32", "memory_format": "contiguous"}
PROFILE: dict[str, Any] = {
    "machine": machine.name(),
    "torch": metadata.version("torch"),
    "device_name": "",
    "cuda": False,
    "rows": [{**SPEED, "forward_ms": 0.2, "train_ms": 0.6}],
    "start_s": {"cpu": 0.0},
}


@pytest.fixture(scope="session", autouse=True)
def known_pages() -> Iterator[None]:
    """Each run of an AppTest compiles the page, and each AppTest looks through all that is
    installed for components: the same pages, once a session.  Nor is its stand-in for the server
    asked for cookies: it has none, and keeps a list of who asked (a quarter of a page's time)."""
    scripts = script_cache.ScriptCache()
    with pytest.MonkeyPatch.context() as patch:
        for module in (app_test, local_script_runner):
            patch.setattr(module, "ScriptCache", lambda: scripts)
        look = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", look)
        patch.setattr(context, "_get_client_context", lambda: None)
        yield


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder for one test, the pages' caches of the last one forgotten."""
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(dispatch, "ensure", lambda folder=None: None)
    monkeypatch.setattr(speech, "language", reader.language)
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
def house(folder: Path, unhurried: None) -> Iterator[House]:
    """The store that the pages use, its machine measured."""
    house = House(folder)
    house.store.save_profile("clothing", PROFILE)
    yield house
    house.store.close()
    runs.store().close()
    runs.store.cache_clear()
