"""Who advises what in a cell: as the notes and CS231n have it, in strategies of the table."""

import pytest

from tlcore.experiments.matrix import advisor, evidence, textbooks
from tlcore.ground import recipe


@pytest.mark.parametrize("cell", advisor.cells("clothing"))
@pytest.mark.parametrize("blocks", [5, 7, 8, 17])
def test_the_matrix_follows_the_note_with_the_four_cells(cell, blocks):
    name = textbooks.advised(cell, blocks)["cells"][0]
    backbone = {7: "photo", 8: "clothing"}.get(blocks)
    if backbone:
        assert recipe.strategies(blocks)[name] == advisor.advise(cell, 40, backbone).plan
    assert name in recipe.strategies(blocks)


def test_the_sources_differ_where_they_are_known_to():
    similar, different = (textbooks.advised(c, 8) for c in ("similar_large", "different_small"))
    assert similar == {
        "cells": ("from_7",),
        "sizes": ("from_7", "everything"),
        "cs231n": ("everything",),
    }
    assert ("sizes", "different_small") in textbooks.SUMMARY
    assert different == {"cells": ("from_4",), "sizes": ("head_only",), "cs231n": ("earlier",)}


def test_all_agree_on_similar_and_few():
    assert set(textbooks.advised("similar_small", 8).values()) == {("head_only",)}


def test_a_row_is_behind_the_best_by_its_paired_difference():
    rows = tuple(
        evidence.StrategyRow(name, mean, 0.0, 1.0, 1)
        for name, mean in (("head_only", 0.75), ("everything", 0.78))
    )
    per_seed = {
        ("head_only", "advised"): (0.70, 0.80),
        ("everything", "advised"): (0.72, 0.84),
    }
    found = evidence.CellEvidence(rows, {"test": 1000}, per_seed)
    less = textbooks.behind(found, rows[0])
    assert less.mean == pytest.approx(0.03)
    assert less.half == pytest.approx(12.706 * 0.01, abs=1e-4)  # t of one degree; .0141 / root of 2
    assert less.word == "open"
    assert textbooks.behind(found, found.best).mean == 0
