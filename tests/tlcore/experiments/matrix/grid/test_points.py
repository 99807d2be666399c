"""The points of the grid: balanced however far one gets, each with the recipe of its cell."""

from collections import Counter

from tlcore import catalog
from tlcore.experiments.matrix import advisor
from tlcore.experiments.matrix.grid import points
from tlcore.experiments.matrix.grid.points import Point
from tlcore.ground import recipe

ALL = list(points.points())


def test_every_point_is_there_once():
    sets, sizes = len(points.DATA_SETS), len(points.SIZES)
    many = sum(len(points.rates(role)) for role in points.ROLES) * points.SEEDS
    assert len(set(ALL)) == len(ALL) == len(points.BACKBONES) * sets * sizes * many


def test_a_seed_is_finished_before_the_next_and_begins_with_what_is_cheap():
    seeds = [point.seed for point in ALL]
    assert seeds == sorted(seeds)
    first = [point for point in ALL if point.seed == 0]
    assert [point.work for point in first] == sorted(point.work for point in first)
    assert first[0].only_head
    assert first[-1].backbone == "photo"
    assert first[-1].plan.freeze == 0


def test_only_strategy_and_rate_set_two_points_of_a_situation_apart():
    there = Point("clothing", "digits", 40, "everything", "advised", 1)
    other = Point("clothing", "digits", 40, "everything", "triple", 1)
    assert other.recipe.lr == 3 * there.recipe.lr
    same = {**vars(other.recipe), "lr": there.recipe.lr}
    assert same == vars(there.recipe)


def test_a_short_training_is_bold_and_takes_two_fifths_of_the_epochs():
    usual, bold, short = (
        Point("clothing", "digits", 40, "everything", r, 1) for r in ("advised", "triple", "short")
    )
    assert short.recipe.epochs == round(0.4 * usual.recipe.epochs) == 24
    assert vars(bold.recipe) == vars(short.recipe) | {"epochs": usual.recipe.epochs}
    assert short.work < 0.5 * bold.work
    assert "short" not in {p.rate for p in ALL if p.only_head or p.strategy == "scratch"}


def test_where_only_a_head_learns_its_own_rate_is_turned():
    low, usual = (Point("clothing", "digits", 40, "earlier", r, 0) for r in ("third", "advised"))
    assert low.recipe.lr == usual.recipe.lr
    assert low.rate_value == low.recipe.head_lr == usual.recipe.head_lr * points.RATES["third"]


def test_the_advised_rate_is_that_of_the_matrix():
    for name, cell in advisor.cells("clothing").items():
        advice = advisor.advise(name, cell.size, "clothing")
        for strategy in recipe.strategies(8).keys() - {"scratch"}:
            told = Point("clothing", cell.data, cell.size, strategy, "advised", 3).recipe
            fields = ("lr", "head_lr", "layer_decay", "epochs", "augment")
            assert [getattr(told, f) for f in fields] == [getattr(advice, f) for f in fields]
            assert told.seed == 3


def test_every_plan_that_the_textbook_advises_is_measured():
    for backbone in points.BACKBONES:
        blocks = len(catalog.backbone(backbone).blocks)
        plans = [recipe.strategies(blocks)[name] for name in points.roles(blocks).values()]
        assert len(set(plans)) == len(points.ROLES)
        for name, cell in advisor.cells(backbone).items():
            assert advisor.advise(name, cell.size, backbone).plan in plans


def test_sizes_end_where_the_pool_does():
    assert points.sizes("digits") == (40, 200, 800)
    assert points.sizes("blood") == (40, 200, 1_000)
    assert Counter(point.size for point in ALL if point.data == "digits").keys() == {40, 200, 800}


def test_what_needs_a_download_is_no_part_of_the_grid():
    assert all(catalog.dataset(name).source != "download" for name in points.DATA_SETS)
