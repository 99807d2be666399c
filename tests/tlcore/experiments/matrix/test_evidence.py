"""What was measured in a cell of the matrix: shipped, complete, rightly judged."""

from typing import get_args

import pytest

from tests.tlcore.experiments.matrix import grid_house as house
from tlcore import catalog
from tlcore.experiments.matrix import advisor, evidence
from tlcore.experiments.matrix.grid import points, printed, table
from tlcore.experiments.matrix.grid.points import Point
from tlcore.ground import recipe, recorded


@pytest.fixture(autouse=True)
def _forget():
    yield
    house.forget()


@pytest.fixture
def shipped(monkeypatch, tmp_path):
    """Puts rows where the shipped file is."""

    def put(*rows):
        monkeypatch.setattr(recorded, "FOLDER", tmp_path)
        table.pack(rows, table.file())
        house.forget()

    return put


def runs(strategy, values, seconds, watched=20, rate="advised", size=40):
    found = [Point("clothing", "garments", size, strategy, rate, i) for i in range(len(values))]
    pairs = zip(found, values, strict=True)
    return [house.row(point, value, seconds, watched) for point, value in pairs]


def test_the_cells_of_clothing_were_measured_with_every_depth():
    for name, cell in advisor.cells("clothing").items():
        told = evidence.cell(name)
        assert [row.strategy for row in told.rows] == list(recipe.strategies(8))
        assert told.conditions["seeds"] >= 3
        assert told.conditions["size"] == cell.size
        assert told.conditions["backbone"] == catalog.backbone("clothing").fingerprint
        assert all(0 < row.accuracy <= 1 and row.seconds > 0 for row in told.rows)


def test_the_cells_of_photo_are_measured_at_a_size_of_the_grid():
    for cell in advisor.cells("photo").values():
        assert cell.size in points.SIZES


def test_every_matrix_has_all_four_cells_of_data_with_room_for_their_sizes():
    for matrix in advisor.MATRICES.values():
        assert matrix.keys() == set(get_args(advisor.CellId))
        for name, cell in matrix.items():
            assert cell.id == name
            assert cell.low <= cell.size <= cell.high
            if cell.data:
                assert cell.size <= catalog.dataset(cell.data).train_pool


def test_a_cheaper_strategy_that_is_equal_to_the_best_is_the_verdict(shipped):
    head = runs("head_only", (0.80, 0.84, 0.79), 1.0)
    shipped(*head, *runs("everything", (0.805, 0.84, 0.795), 9.0))
    found = evidence.cell("similar_small")
    assert found.best.strategy == "everything"
    assert found.verdict.strategy == "head_only"
    assert found.open == []


def test_a_cheaper_strategy_that_nobody_can_tell_apart_is_named_as_that(shipped):
    head = runs("head_only", (0.80, 0.84, 0.79), 1.0)
    shipped(*head, *runs("everything", (0.82, 0.82, 0.81), 9.0))
    found = evidence.cell("similar_small")
    assert (found.best, found.verdict.strategy) == (found.verdict, "everything")
    assert [row.strategy for row in found.open] == ["head_only"]


def test_a_clear_winner_is_the_verdict_however_dear(shipped):
    head = runs("head_only", (0.60, 0.62, 0.61), 1.0)
    shipped(*head, *runs("everything", (0.90, 0.92, 0.91), 9.0))
    found = evidence.cell("similar_small")
    assert found.verdict == found.best
    assert found.best.strategy == "everything"


def test_one_seed_is_no_evidence(shipped):
    shipped(*runs("head_only", (0.6,), 1.0))
    assert not evidence.known("similar_small", "clothing")
    assert evidence.situations("clothing") == {}


def test_accounts_that_watched_otherwise_are_not_mixed(shipped):
    lab = runs("head_only", (0.60, 0.62), 3.0, watched=500)
    shipped(*lab, *runs("head_only", (0.60, 0.62), 1.0))
    assert evidence.cell("similar_small").rows[0].seconds == 3.0 + house.TEST_SECONDS
    found = evidence.rows("clothing", "garments", 40)
    assert {row.watched for row in found} == {20}


def test_a_strategy_that_is_still_being_measured_does_not_take_the_others_seeds(shipped):
    whole = runs("head_only", (0.6, 0.6, 0.6), 1.0)
    shipped(*whole, *runs("everything", (0.9,), 9.0))
    told = evidence.cell("similar_small")
    assert [row.strategy for row in told.rows] == ["head_only"]
    assert told.conditions["seeds"] == 3


def test_rates_of_one_strategy_are_lines_of_their_own(shipped):
    low = runs("everything", (0.7, 0.7), 9.0, rate="third")
    shipped(*low, *runs("everything", (0.8, 0.9), 9.0))
    told = evidence.judged(evidence.rows("clothing", "garments", 40))
    assert [(row.rate, round(row.accuracy, 2)) for row in told.rows] == [
        ("third", 0.7),
        ("advised", 0.85),
    ]
    assert [row.rate for row in evidence.cell("similar_small").rows] == ["advised"]
    assert evidence.situations("clothing") == {"garments": (40,)}


def test_a_run_that_diverged_counts_as_a_guess(shipped):
    shipped(*runs("everything", (0.75, None), 9.0))
    told = evidence.cell("similar_small").rows[0]
    assert told.accuracy == (0.75 + 1 / points.classes("garments")) / 2


def test_the_printed_table_marks_the_best_and_the_verdict(shipped):
    head = runs("head_only", (0.80, 0.84, 0.79), 1.0)
    shipped(*head, *runs("everything", (0.805, 0.84, 0.795), 9.0))
    told = printed.cells("clothing")
    assert "| Head only | *81.0* ± 6.6 · 1.5 s |" in told
    assert "| Everything | **81.3** ± 5.9 · 9.5 s |" in told


def test_a_point_beside_the_matrix_is_taken_to_its_edge() -> None:
    assert advisor.cell_at(0.0, 0.0) == advisor.cell_at(-3.0, -0.1) == ("similar_small", 8)
    assert advisor.cell_at(1.0, 1.0) == advisor.cell_at(1.5, 7.0) == ("different_large", 20_000)
    assert advisor.cell_at(0.5, 0.5) == ("different_large", 400)
