"""The files that a reader takes home are tried by a stranger, one for all of these tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.tlcore.experiments.export.stranger import Stranger, at_work


@pytest.fixture(scope="session")
def stranger(unhurried: None) -> Iterator[Stranger]:
    with at_work() as stranger:
        yield stranger
