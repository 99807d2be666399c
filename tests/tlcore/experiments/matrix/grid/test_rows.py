"""Lines and the Parquet file: what was measured is kept, once, with its conditions."""

import pytest

from tests.tlcore.experiments.matrix import grid_house as house
from tlcore import catalog
from tlcore.experiments.matrix.grid import rows, table
from tlcore.experiments.matrix.grid.points import Point

POINT = Point("clothing", "digits", 40, "from_4", "triple", 2)


def test_a_row_comes_back_as_it_was(tmp_path):
    row, near = house.row(POINT, 0.75), house.near("clothing", "digits", 0.4)
    assert table.pack([near, row], tmp_path / "g.parquet") == 1
    assert table.unpacked(tmp_path / "g.parquet") == [near, row]
    found = table.read(tmp_path / "g.parquet")
    assert found.similarity == {("clothing", "digits"): 0.4}
    assert [(one.point, one.test_accuracy) for one in found.rows] == [(POINT, 0.75)]


def test_a_run_that_diverged_has_no_accuracy(tmp_path):
    table.pack([house.row(POINT, None)], tmp_path / "g.parquet")
    assert table.read(tmp_path / "g.parquet").rows[0].test_accuracy is None


def test_a_point_measured_again_counts_once_and_the_last_time():
    found = rows.merged([house.row(POINT, 0.5), house.row(POINT, 0.6)])
    assert [row["test_accuracy"] for row in found] == [0.6]


def test_accounts_that_watched_more_pictures_are_kept_apart():
    found = rows.merged([house.row(POINT, 0.5, watched=500), house.row(POINT, 0.5)])
    assert [row["watched"] for row in found] == [500, 20]


def test_points_of_other_weights_are_dropped(tmp_path):
    other = house.row(POINT, 0.9) | {"weights": "of last year"}
    assert table.pack([other, house.row(POINT, 0.5)], tmp_path / "g.parquet") == 1
    assert table.read(tmp_path / "g.parquet").rows[0].test_accuracy == 0.5


def test_a_line_that_was_cut_off_is_measured_again(tmp_path):
    file = tmp_path / "rows.jsonl"
    rows.append(file, house.row(POINT, 0.5))
    whole = file.read_text()
    file.write_text(whole + whole[:40])
    assert len(rows.read(file)) == 1
    rows.append(file, house.row(POINT, 0.6))
    assert [row["test_accuracy"] for row in rows.read(file)] == [0.5, 0.6]


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path):
    file = tmp_path / "g.parquet"
    table.pack([house.row(POINT, 0.5)], file)
    before = file.read_bytes()
    with pytest.raises(Exception, match="oops"):
        table.pack([house.row(POINT, "oops")], file)
    assert file.read_bytes() == before


def test_the_shipped_grid_is_of_the_shipped_weights_and_whole():
    shipped = table.unpacked(table.file())
    points = [row for row in shipped if row.get("kind") is None]
    assert len(points) == len(table.shipped().rows) == len(rows.merged(points))
    for row in table.shipped().rows:
        assert row.weights == catalog.backbone(row.point.backbone).fingerprint
        assert row.cpu_seconds > 0
        assert row.rate_value == pytest.approx(row.point.rate_value)
        assert row.epochs == row.point.recipe.epochs
    # Costs are compared within a backbone: they are of one precision there.
    taken = {(row.point.backbone, row.precision) for row in table.shipped().rows}
    assert len(taken) == len({backbone for backbone, _ in taken})
