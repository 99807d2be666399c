"""A tiny model of a family, fetched from the stand-in hub in the place of the family's row."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tlcore.fetching import tiny_hub
from tests.tlcore.fetching.hub_server import Hub
from tests.tlcore.fetching.tiny_hub import TINY
from tlcore.catalog import hub, hub_config
from tlcore.fetching import hub_fetch
from tlcore.networks.text import hub_text, text_models

OF = {  # kind: the row whose place a tiny model takes
    "bert": "bert_base",
    "distilbert": "distilbert_base",
    "gpt2": "gpt2",
    "t5": "t5_small",
    "xlnet": "xlnet_base",
}
KINDS = tuple(OF)


def fetch(server: Hub, monkeypatch: pytest.MonkeyPatch, kind: str, **more: Any) -> str:
    """Into TL_DATA_DIR, until the test ends; returns the row's name.  `more`: of tiny_hub.files."""
    name, shape = OF[kind], TINY[kind].shape
    made = hub_text.HubText(name, kind, shape)
    monkeypatch.setenv("HF_ENDPOINT", server.address)
    monkeypatch.setitem(hub_config.SHAPES, name, shape)
    for models in (text_models.MODELS, hub_text.MODELS):
        monkeypatch.setitem(models, name, made)
    server.files = tiny_hub.files(kind, **more)
    server.revision = hub.REPOS[name].revision
    hub_fetch.fetch(name)
    return name
