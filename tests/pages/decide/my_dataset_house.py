"""The page of a data set with its survey answered, for the tests of its parts."""

import pytest

from tests.pages import answers
from tests.pages.reader import Reader
from tlcore import catalog


@pytest.fixture(name="page")
def surveyed(house):
    """page(language): road signs met by the clothing backbone, and the survey answered."""

    def page(language="en", cookie=None, data="signs", **result):
        reader = Reader("home", language, cookie=cookie)
        settings = {"source": "here", "backbone": "clothing", "data": data, "sizes": {}}
        settings |= {"difficulty": 0.3, "shift": 0.0}
        reader.state["my_dataset.settings"] = settings
        reader.open("my_dataset")
        for run_id in waiting(house, "survey"):
            classes = len(catalog.dataset(data).classes)
            house.answer(run_id, **{**answers.survey(data, classes), **result})
        return reader.run()

    return page


def waiting(house, kind):
    return [run_id for run_id in house.waiting() if house.run(run_id).kind == kind]


def bars(reader):
    return [node.proto for node in reader.nodes() if node.type == "progress"]
