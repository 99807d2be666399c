"""Fixtures of the tests that need a real dispatcher, the small text models, or own pictures."""

from tests.tlcore.houses import ask, executor, house, one_core  # noqa: F401 (fixtures)
from tests.tlcore.objective_house import models  # noqa: F401 (fixture)
from tests.tlcore.own_house import own_house  # noqa: F401 (fixture)
