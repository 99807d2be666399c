"""What the tests of "Kinds of learning" share."""

import pytest

from tlcore.words import i18n

BOTH = pytest.mark.parametrize("language", i18n.LANGUAGES)
T = i18n.texts("en")
PAGE = "kinds_of_learning"


def waiting(house, kind):
    return [run_id for run_id in house.waiting() if house.run(run_id).kind == kind]


def table(reader, column):
    return next(f.value for f in reader.app.dataframe if column in f.value)
