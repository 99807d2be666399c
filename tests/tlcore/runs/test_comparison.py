"""What sets runs apart, and what seeds say together."""

import dataclasses
import math

import pytest

from tlcore.ground import spread
from tlcore.runs import comparison
from tlcore.runs.run import Run
from tlcore.runs.spec import FineTuneSpec

USUAL = FineTuneSpec().model_dump(mode="json")


def a_run(score=0.5, status="finished", **changes):
    blank = dict.fromkeys(field.name for field in dataclasses.fields(Run))
    result = {"test_accuracy": score}
    return Run(**blank | {"spec": USUAL | changes, "status": status, "result": result})


def test_every_setting_of_a_spec_is_compared_and_the_plan_is_one_of_them():
    # `forgetting` asks something beside the training, which stays the same to the bit.
    fields = {f for f in USUAL if f not in ("kind", "forgetting", *comparison.PLAN)}
    assert set(comparison.SETTINGS) == fields | {"plan"}
    assert set(comparison.TELLING) == set(comparison.SETTINGS)


def test_only_what_differs_is_told():
    specs = [USUAL, USUAL | {"lr": 0.5}, USUAL | {"freeze": 6}]
    assert comparison.differing(specs) == ["plan", "lr"]
    assert comparison.differing([USUAL, USUAL]) == []


def test_as_few_settings_as_tell_the_runs_apart():
    specs = [USUAL | {"seed": 1, "lr": 0.1, "epochs": 5}, USUAL | {"seed": 2, "lr": 0.2}]
    assert comparison.telling(specs) == ["lr"]  # seed and epochs tell nothing more
    third = USUAL | {"seed": 3, "lr": 0.2}
    assert comparison.telling([*specs, third]) == ["seed"]
    both = [USUAL | {"lr": r, "seed": s} for r in (0.1, 0.2) for s in (0, 1)]
    assert comparison.telling(both) == ["lr", "seed"]


def test_runs_that_differ_in_the_seed_only_are_one_group_with_the_t_interval_of_its_mean():
    [group] = comparison.by_seed([a_run(s, seed=i) for i, s in enumerate((0.7, 0.8, 0.9))])
    assert group.n == 3
    assert group.mean == pytest.approx(0.8)
    assert group.half == pytest.approx(4.303 * 0.1 / math.sqrt(3))


def test_one_run_says_nothing_of_its_spread():
    [group] = comparison.by_seed([a_run(0.7)])
    assert (group.n, group.mean, group.half) == (1, 0.7, None)


def test_the_same_seed_twice_is_one_draw():
    [group] = comparison.by_seed([a_run(0.7, seed=1), a_run(0.7, seed=1), a_run(0.9, seed=2)])
    assert group.n == 2


def test_other_settings_are_another_group_and_what_has_not_finished_is_none():
    runs = [a_run(seed=0), a_run(seed=1, status="diverged"), a_run(seed=2, epochs=3)]
    assert [group.n for group in comparison.by_seed(runs)] == [1, 1]


def test_the_quantiles_are_those_of_scipy():
    stats = pytest.importorskip("scipy.stats")
    for n, found in enumerate(spread.T95, start=2):
        assert found == pytest.approx(stats.t.ppf(0.975, n - 1), abs=6e-4)


def test_the_interval_is_students():
    centre, width = spread.interval([0.8, 0.9, 1.0])
    assert centre == pytest.approx(0.9)
    assert width == pytest.approx(4.303 * 0.1 / 3**0.5)  # t(2) = 4.303


def test_more_runs_than_the_table_has_rows_are_summarised_all_the_same():
    [group] = comparison.by_seed([a_run(0.5 + i / 1000, seed=i) for i in range(60)])
    assert group.n == 60
    assert group.half is not None


@pytest.mark.parametrize(
    ("own", "used", "found"), [(0, [], 1), (0, [0, 1, 2], 3), (5, [0], 1), (7, [1, 7], 0)]
)
def test_another_seed_is_the_smallest_that_was_not_used(own, used, found):
    assert comparison.another_seed(USUAL | {"seed": own}, used) == found
