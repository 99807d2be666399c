"""What the tests of the page on learning rates share."""

import pytest

from tlcore.words import i18n

BOTH = pytest.mark.parametrize("language", i18n.LANGUAGES)
PAGE = "learning_rate"


def waiting(house, kind):
    return [run_id for run_id in house.waiting() if house.run(run_id).kind == kind]
