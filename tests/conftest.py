"""What holds for every test: a data folder of its own, the same draws; and the app in a browser.

`server` and `browser` are made once a session and only when a test asks for them.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# Before torch is imported anywhere: replay to the bit holds on one thread (design: CPU runs).
os.environ.update(OMP_NUM_THREADS="1", MKL_NUM_THREADS="1", OMP_WAIT_POLICY="PASSIVE")

from tests import chromium, pace
from tests.serving import Server, serving


@pytest.hookimpl(tryfirst=True)  # before -m is asked
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    pace.order(items)
    for item in items:
        if pace.quick(item):
            item.add_marker("quick")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    pace.begun.clear()


@pytest.fixture(autouse=True)
def hurried(request: pytest.FixtureRequest) -> Iterator[None]:
    """A quick test starts no process and opens no port."""
    yield
    if request.node.get_closest_marker("quick"):
        did = " and ".join(sorted(pace.begun))
        assert not did, f"{request.node.nodeid} {did}: let it ask for the fixture `unhurried`"


@pytest.fixture(scope="session")
def unhurried() -> None:
    """Asked for by what starts a process, opens a port or a page, or trains for more than a
    moment: a test that does so, by itself or through a fixture, is not run by -m quick."""


@pytest.fixture(scope="session", autouse=True)
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """No test reads or writes the data of the person who runs it."""
    folder = tmp_path_factory.mktemp("data") / "transfer-lab"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TL_DATA_DIR", str(folder))
        yield folder


@pytest.fixture(autouse=True)
def same_draws() -> None:
    """A test that forgets its seed draws the same numbers anyway."""
    random.seed(0)
    if torch := sys.modules.get("torch"):  # never loaded for a test that does without
        torch.manual_seed(0)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, unhurried: None) -> Iterator[Server]:
    """The app as README starts it; ended like Ctrl-C, and nothing of it may be left."""
    with serving(tmp_path_factory.mktemp("server")) as found:
        yield found


@pytest.fixture(scope="session")
def browser(unhurried: None) -> Iterator[Any]:
    """Headless Chromium, one for all tests; each test opens its own context in it."""
    with chromium.running() as found:
        if found is None and os.environ.get("TL_REQUIRE_BROWSER") == "1":
            pytest.fail("no Chromium found, and TL_REQUIRE_BROWSER=1 asks for one")
        if found is None:
            pytest.skip("no Chromium found")
        yield found
