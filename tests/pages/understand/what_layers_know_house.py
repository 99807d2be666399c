"""The page of what layers know with its picture come back."""

import pytest

from tests.pages.reader import Reader
from tlcore import catalog

PAGE = "what_layers_know"


def look(data="garments", after=False, label=1):
    """A result of tlcore.experiments.look.run with two channels a block."""
    rows = catalog.backbone("clothing").blocks

    def lines(block):
        patch = {"tile": 0, "picture": 5, "label": 2, "place": [0.5, 0.5, 0.25, 0.25]}
        first = {"channel": block, "deviations": 2.0, "weaker": 0.93, "map": 2 * block}
        return [
            first | {"patches": [patch]},
            first | {"channel": block + 9, "patches": [], "map": 2 * block + 1},
        ]

    sprite = {"columns": 4, "tile": [28, 28], "count": 16}
    names = ("shown", "input", "choices", "activations_before", "patches_before")
    names += ("activations_after", "patches_after") if after else ()
    whens = ("before", "after") if after else ("before",)
    return {
        "backbone": "clothing",
        "data": data,
        "classes": list(catalog.dataset(data).classes),
        "label": label,
        "pictures": 400,
        "states": ["frozen"] * 6 + ["kept"] * 2 if after else None,
        **{n: sprite | {"file": f"{n.replace('_', '-')}.png"} for n in names},
        "choices": sprite | {"file": "choices.png", "index": [3, 8], "label": [0, 1]},
        "blocks": [
            {
                **{"name": row.name, "size": row.size, "channels": row.channels},
                **{"field": [3, 11, 19, 28, 28, 28, 28, 28][n], "shown": [n, n + 9]},
                **{when: lines(n) for when in whens},
            }
            for n, row in enumerate(rows)
        ],
    }


def waiting(house, kind):
    return [run_id for run_id in house.waiting() if house.run(run_id).kind == kind]


def answer(house, kind, **result):
    for run_id in waiting(house, kind):
        house.answer(run_id, **result)


@pytest.fixture(name="page")
def picture_come_back(house):
    """page(language): the picture has come back."""

    def page(language="en", **result):
        reader = Reader(PAGE, language)
        answer(house, "look", **(look() | result))
        return reader.run()

    return page


def table(reader, column):
    """The table that has this column."""
    return next(t.value for t in reader.app.dataframe if column in t.value.columns)
