"""The dispatcher's tests are the contract's proof: they run over every executor."""

from __future__ import annotations

import pytest

from tests.tlcore import houses
from tests.tlcore.runs import test_dispatch, test_dispatch_life, test_pause


@pytest.mark.parametrize("file", [test_dispatch, test_dispatch_life, test_pause])
def test_the_tests_of_the_dispatcher_run_over_every_executor(file):
    """An import that nothing calls, and a tool may take out."""
    assert file.every_executor is houses.every_executor
