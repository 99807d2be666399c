"""Under the matrix: measured points that can be run again, and advice that was measured."""

import pytest

from pages.decide.matrix import chooser as matrix_choice
from tests.pages.reader import Reader
from tests.tlcore.experiments.matrix import grid_house
from tlcore.experiments.matrix.grid import points, regret, rules, table
from tlcore.experiments.matrix.grid.points import Point
from tlcore.experiments.matrix.grid.situations import ACTIONS
from tlcore.ground import recorded
from tlcore.words import i18n

DATA = ("garments", "digits", "font_digits", "signs", "blood", "game")


@pytest.fixture
def grid(house, monkeypatch, tmp_path):
    """A grid in which a head wins with few pictures and the last blocks, boldly, with many."""

    def made(seeds=2, sizes=(40, 200)):
        rows = [grid_house.near("clothing", data, 0.1 * n) for n, data in enumerate(DATA, start=1)]
        names = points.roles(8)
        for action in ACTIONS:
            for data in DATA:
                for size in sizes:
                    won = ("head_only", "third") if size == 40 else ("last_blocks", "triple")
                    seconds = {"everything": 9.0, "scratch": 9.0, "last_blocks": 4.0}
                    for seed in range(seeds):
                        point = Point("clothing", data, size, names[action.role], action.rate, seed)
                        right = 0.9 if action == won else 0.6
                        spent = seconds.get(action.role, 1.0)
                        rows.append(grid_house.row(point, right - 0.01 * seed, spent))
        monkeypatch.setattr(recorded, "FOLDER", tmp_path)
        table.pack(rows, table.file())
        grid_house.forget()

    yield made
    grid_house.forget()


def table_of(reader, column):
    """The first table with this column."""
    return next(t.value for t in reader.app.dataframe if column in t.value)


def told(reader):
    return "\n".join(found.value for found in reader.app.markdown)


def test_the_advice_says_what_and_why(grid):
    grid()
    reader = Reader("matrix")
    assert "**Head only**, at a third of the advised rate: Learning rate (head) 0.0033." in told(
        reader
    )
    assert "fewer than" in told(reader)
    assert "0.0 points behind the best of all 23" in told(reader)
    assert "A head alone stayed 30.0 points behind" in told(reader)
    assert reader.errors == []


def test_more_pictures_are_advised_otherwise(grid, monkeypatch):
    grid()
    monkeypatch.setattr(
        matrix_choice, "matrix", lambda *_, **__: {"cell": "similar_small", "size": 300}
    )
    reader = Reader("matrix")
    assert "**Blocks 7–8 + head**, at three times the advised rate" in told(reader)
    assert "at least" in told(reader)


def test_less_time_brings_a_cheaper_way(grid, monkeypatch):
    grid()
    monkeypatch.setattr(
        matrix_choice, "matrix", lambda *_, **__: {"cell": "similar_small", "size": 300}
    )
    reader = Reader("matrix").choose("matrix.time", "tenth")
    assert "**Blocks 7–8 + head**" not in told(reader)


def test_the_advice_goes_to_the_lab_with_its_rate(grid):
    grid()
    reader = Reader("matrix").click("matrix.try_advice")
    wanted = {"data": "garments", "train_size": 40, "freeze": 8, "epochs": 60}
    assert reader.draft == reader.draft | wanted
    assert reader.draft["head_lr"] == pytest.approx(0.01 / 3)


def test_its_score_stands_beside_the_textbook_s(grid):
    grid()
    reader = Reader("matrix")
    scores = table_of(reader, "Points behind the winner")
    assert list(scores["Advice"]) == [
        i18n.t(f"advice.policy.{name}", "en") for name in (*rules.BUDGETS, *regret.FIXED)
    ]
    assert scores["Points behind the winner"][1] == "0.0 (0.0 … 0.0)"
    assert i18n.t("advice.score.ahead", "en") in told(reader)


def test_too_little_measured_advises_nothing(grid):
    grid(seeds=1)
    reader = Reader("matrix")
    assert i18n.t("advice.unmeasured", "en", backbone=i18n.t("backbone.clothing", "en")) in told(
        reader
    )
    assert not any("Points behind the winner" in t.value for t in reader.app.dataframe)


def test_points_are_filtered_by_data_size_and_rate(grid):
    grid()
    reader = Reader("matrix")

    def lines():
        return reader.app.dataframe[-1].value

    assert len(lines()) == len(ACTIONS)
    reader.choose("matrix.grid_data.clothing.similar_small", "blood")
    reader.choose("matrix.grid_size.clothing.similar_small.blood", 200)
    reader.choose("matrix.grid_rate.clothing.similar_small.blood.200", "triple")
    assert len(lines()) == len(points.ROLES) - 1
    assert max(lines()["Test accuracy"]) == pytest.approx(89.5)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_point_opens_the_lab_with_exactly_its_settings(grid, language):
    grid()
    reader = Reader("matrix", language)
    reader.choose("matrix.grid_data.clothing.similar_small", "blood")
    reader.choose("matrix.grid_point.clothing", ("from_7", "triple"))
    reader.click("matrix.again")
    point = Point("clothing", "blood", 40, "from_7", "triple", 0)
    recipe = vars(point.recipe)
    same = {name: recipe[name] for name in ("lr", "head_lr", "layer_decay", "epochs", "augment")}
    wanted = {"data": "blood", "train_size": 40, "difficulty": 0.6, "freeze": 6, "seed": 0}
    assert reader.draft == reader.draft | wanted | same
    assert reader.errors == []
