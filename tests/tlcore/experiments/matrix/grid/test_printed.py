"""What the command prints: rules, what they are worth, and how far the grid is measured."""

import pytest

from tests.tlcore.experiments.matrix import grid_house as house
from tlcore.experiments.matrix.grid import points, printed, table
from tlcore.experiments.matrix.grid.points import Point
from tlcore.experiments.matrix.grid.situations import ACTIONS
from tlcore.making.grid import command

DATA = ("garments", "digits", "blood", "game")


@pytest.fixture
def grid(tmp_path):
    """Four sets of 40 pictures on which the last blocks win at the bold rate."""
    rows, names = [house.near("clothing", d, 0.1 * n) for n, d in enumerate(DATA)], points.roles(8)
    for action in ACTIONS:
        right = 0.9 if action == ("last_blocks", "triple") else 0.6
        for data in DATA:
            for seed in (0, 1):
                point = Point("clothing", data, 40, names[action.role], action.rate, seed)
                spent = 1.0 if point.only_head else 9.0 if point.plan.freeze == 0 else 4.0
                rows.append(house.row(point, right, spent))
    file = tmp_path / "grid.parquet"
    table.pack(rows, file)
    return file


def test_the_rules_are_printed_for_each_share_of_the_time(grid, capsys):
    command.main(["--advice", "--backbone", "clothing", "--file", str(grid)])
    told = capsys.readouterr().out
    assert "4 situations, 4 data sets x 40 pictures, 2 seeds" in told
    assert "Within 50% of the time of full fine-tuning" in told
    assert told.count("| any | any | last_blocks | triple | 0.0 | 30.0 | 44% |") == 2


def test_regret_is_printed_with_its_pairs_and_costs(grid, capsys):
    command.main(["--regret", "--backbone", "clothing", "--file", str(grid)])
    told = capsys.readouterr().out
    assert (
        "| the rules, 50% of the time | 0.00 (0.00 to 0.00) |  | 0.00 (0.00 to 0.00) | 44% | 1.00 |"
        in told
    )
    lost = "30.00 (30.00 to 30.00)"
    full = f"| always everything | {lost} | {lost} | {lost} | 100% | 2.25 |"
    assert full in told
    assert "| the textbooks' cell | 30.00" in told


def test_what_was_not_measured_has_no_table(grid, capsys):
    command.main(["--regret", "--backbone", "photo", "--file", str(grid)])
    assert "too few" in capsys.readouterr().out


def test_the_readme_says_how_far_the_grid_is_measured(grid, tmp_path):
    file = tmp_path / "README.md"
    cells, regret = "\nold\n".join(printed.CELLS), "\nold\n".join(printed.REGRET)
    file.write_text(f"{cells}\nbetween\n{regret}\nafter\n")
    printed.write(table.read(grid), ["clothing"], file)
    text = file.read_text()
    cells, regret = text.split("\nbetween\n")
    assert cells == "\n".join((printed.CELLS[0], printed.cells("clothing"), printed.CELLS[1]))
    assert regret.startswith(f"{printed.REGRET[0]}\nclothing: 4 situations")
    assert f"{len(DATA) * len(ACTIONS) * 2} of the {len(list(points.points())):,} points" in text
    assert regret.endswith(f"{printed.REGRET[1]}\nafter\n")


def test_the_page_beside_the_grid_holds_what_is_shipped(tmp_path):
    text, copy = printed.README.read_text(encoding="utf-8"), tmp_path / "README.md"
    copy.write_text(text, encoding="utf-8")
    printed.write(table.read(table.file()), points.BACKBONES, copy)
    assert copy.read_text(encoding="utf-8") == text
    for mark in (*printed.CELLS, *printed.REGRET):
        assert text.count(mark) == 1
    assert "| Blocks 6–7 + head |" in text  # of seven blocks
