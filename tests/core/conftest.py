"""Fixtures of the tests that need a real dispatcher."""

from tests.core.houses import house, one_core  # noqa: F401 (fixtures)
