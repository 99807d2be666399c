"""The verdict of a comparison: exact, a tie where it is one, and too few runs where they are."""

import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from tlcore.experiments.compare import reading as verdict


def results(**strategies):
    """One result a seed: strategy=(seconds, learning, accuracies)."""
    seeds = len(next(iter(strategies.values()))[2])
    return [
        {
            "test": 1000,
            "entrants": [
                {
                    **{"size": 40, "strategy": name, "test_accuracy": accuracies[seed]},
                    **{"seconds": seconds, "learning": learning, "source_accuracy": None},
                }
                for name, (seconds, learning, accuracies) in strategies.items()
            ],
        }
        for seed in range(seeds)
    ]


def told(**strategies):
    return verdict.verdicts(results(**strategies))[40]


def test_a_difference_is_paired_by_seed():
    """The seeds differ by 10 points, the strategies always by 2: that is no tie."""
    found = told(head=(1, 5, [0.60, 0.70, 0.80]), all=(9, 99, [0.62, 0.72, 0.82]))
    assert (found.best.strategy, found.cheapest.strategy, found.kind) == ("all", "all", "alone")
    gap = found.gap(found.rows[0])
    assert gap.mean == pytest.approx(0.02)
    assert gap.half == pytest.approx(4.303 * 0.001 / 3**0.5)  # as if by one picture, at least
    assert found.best.half == pytest.approx(4.303 * 0.1 / 3**0.5)


def test_of_the_equal_ones_the_cheapest_is_the_verdict():
    found = told(
        bad=(0.1, 1, [0.30, 0.31, 0.32]),
        head=(1, 5, [0.70, 0.71, 0.80]),
        some=(3, 50, [0.708, 0.712, 0.809]),
        all=(9, 99, [0.709, 0.714, 0.811]),
    )
    assert found.best.strategy == "all"
    assert [row.strategy for row in found.equal] == ["head", "some", "all"]
    assert (found.cheapest.strategy, found.kind) == ("head", "tie")


def test_what_is_not_told_apart_is_not_equal():
    """The head is anything between far behind and as good: cheap as it is, that is no verdict."""
    found = told(
        head=(1, 5, [0.70, 0.72, 0.80]),
        some=(3, 50, [0.749, 0.701, 0.821]),
        all=(9, 99, [0.75, 0.70, 0.82]),
    )
    assert [row.strategy for row in found.open] == ["head"]
    assert (found.kind, found.cheapest.strategy) == ("open", "some")


def test_a_tie_of_all_is_called_one():
    found = told(head=(1, 5, [0.700, 0.800, 0.75]), all=(9, 99, [0.702, 0.799, 0.75]))
    assert (found.kind, found.cheapest.strategy) == ("all", "head")
    few = told(head=(1, 5, [0.7, 0.8]), all=(9, 99, [0.8, 0.7]))
    assert (few.kind, few.cheapest.strategy) == ("open", "head")


def test_seeds_that_agree_by_chance_decide_nothing():
    found = told(head=(1, 5, [0.70, 0.72]), all=(9, 99, [0.7025, 0.7225]))
    twenty = verdict.verdicts(
        [
            {**one, "test": 20}
            for one in results(head=(1, 5, [0.90, 0.85]), all=(9, 99, [0.95, 0.90]))
        ]
    )[40]
    assert found.gap(found.rows[0]).half > 0
    assert (twenty.kind, twenty.best.half) == ("open", pytest.approx(12.706 * 0.05 / 2**0.5))


def test_one_seed_knows_the_noise_of_the_test_pictures_only():
    near = told(head=(1, 5, [0.80]), all=(9, 99, [0.82]))  # 3.4 points to either side
    far = told(head=(1, 5, [0.70]), all=(9, 99, [0.82]))
    assert (near.kind, far.kind) == ("open", "alone")
    assert near.best.half is None
    theirs = confint_proportions_2indep(820, 1000, 800, 1000, method="newcomb", compare="diff")
    gap = near.gap(near.rows[0])
    assert (gap.low, gap.high) == pytest.approx(theirs, abs=1e-6)


def test_what_diverged_once_is_not_weighed_but_told():
    found = told(head=(1, 5, [0.7, 0.71]), all=(9, 99, [0.99, None]))
    assert (found.best.strategy, len(found.rows)) == ("head", 2)
    assert not found.rows[1].whole
    assert verdict.verdicts(results(head=(1, 5, [None]), all=(9, 99, [None]))) == {}


def test_nobody_on_the_front_is_beaten_in_both():
    rows = told(
        a=(1, 5, [0.5]), b=(2, 9, [0.6]), c=(3, 7, [0.55]), d=(4, 99, [0.9]), e=(4, 98, [0.9])
    ).rows
    by_seconds = verdict.front(rows, lambda row: row.seconds)
    assert [row.strategy for row in by_seconds] == ["a", "b", "d"]
    by_size = verdict.front(rows, lambda row: row.learning)
    assert [row.strategy for row in by_size] == ["a", "c", "b", "e"]


def test_sizes_are_weighed_apart():
    small, large = results(head=(1, 5, [0.7]), all=(2, 9, [0.2]))[0]["entrants"]
    more = [{**small, "size": 80, "test_accuracy": 0.1}, {**large, "size": 80}]
    found = verdict.verdicts([{"test": 1000, "entrants": [small, large, *more]}])
    assert {size: v.best.strategy for size, v in found.items()} == {40: "head", 80: "all"}
