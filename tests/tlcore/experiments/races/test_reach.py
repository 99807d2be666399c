"""Steps to 90 % of a score, on curves whose answer can be read off."""

from __future__ import annotations

from typing import Any

from tlcore.experiments.races import reach


def curve(*accuracies: float | None, steps: int = 3) -> list[dict[str, Any]]:
    return [
        {"epoch": epoch, "step": steps * epoch, "val_accuracy": accuracy}
        for epoch, accuracy in enumerate(accuracies)
    ]


def test_the_first_epoch_at_nine_tenths_of_the_end_counts() -> None:
    found = reach.of_own(curve(0.25, 0.5, 0.71, 0.73, 0.6, 0.8))
    assert found == reach.Reach(0.9 * 0.8, step=9, epoch=3)


def test_a_run_that_starts_where_it_ends_needs_no_step() -> None:
    assert reach.of_own(curve(0.8, 0.7, 0.8)) == reach.Reach(0.9 * 0.8, step=0, epoch=0)


def test_one_target_for_all_is_not_reached_by_who_ends_below_it() -> None:
    found = reach.of_best({"kept": curve(0.3, 0.85, 0.9), "new": curve(0.2, 0.4, 0.6)})
    assert found["kept"] == reach.Reach(0.9 * 0.9, step=3, epoch=1)
    assert found["new"] == reach.Reach(0.9 * 0.9, step=None, epoch=None)


def test_a_run_without_an_epoch_of_learning_says_nothing() -> None:
    assert reach.of_own(curve(0.4)) is None
    assert reach.of_own([]) is None
    assert reach.of_best({"none": []}) == {}


def test_epochs_without_a_score_are_passed_over() -> None:
    found = reach.of_own(curve(None, 0.5, 0.9, None))
    assert found == reach.Reach(0.9 * 0.9, step=6, epoch=2)
