"""A hub on this machine that serves a small BERT, and a data folder that fetches from it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.tlcore.fetching import hub_server, tiny_hub
from tests.tlcore.fetching.hub_server import Hub
from tlcore.catalog import hub, hub_config
from tlcore.experiments.fetch import run as downloads
from tlcore.experiments.fetch.spec import FetchSpec
from tlcore.fetching import http_file, hub_client

NAME = "bert_base"


@pytest.fixture(name="server", scope="module")
def hub_of_this_machine(unhurried: None) -> Iterator[Hub]:
    with hub_server.serving() as running:
        yield running


@pytest.fixture(name="files", scope="module")
def hub_repository() -> dict[str, bytes]:
    """Weights of some 300 kB, so that they can break off in the middle."""
    found = tiny_hub.files("bert")
    assert len(found[hub.WEIGHTS]) > 3 * hub_server.PIECE
    return found


@pytest.fixture(name="at", autouse=True)
def at_the_hub(
    server: Hub, files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Hub:
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("HF_ENDPOINT", server.address + "/")
    monkeypatch.setattr(http_file, "BACKOFF", 0.02)
    monkeypatch.setattr(http_file, "SECONDS", 0.4)
    monkeypatch.setattr(hub_client, "SMALL", 10 * 2**20)
    monkeypatch.setitem(hub_config.SHAPES, NAME, tiny_hub.TINY["bert"].shape)
    server.files, server.fault, server.revision = files, "", "main"
    server.asked.clear()
    server.heard.clear()
    return server


def fetch(name: str = NAME) -> list[dict[str, Any]]:
    return list(downloads.rows(FetchSpec(what="backbone", name=name), Path(), Path()))
