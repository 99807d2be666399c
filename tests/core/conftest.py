"""Fixtures of the tests that need a real dispatcher, or a set of own pictures."""

from tests.core.houses import house, one_core  # noqa: F401 (fixtures)
from tests.core.own_house import own_house  # noqa: F401 (fixture)
