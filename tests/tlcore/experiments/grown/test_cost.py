"""What a pre-training costs, by hand."""

from __future__ import annotations

import pytest

from tlcore import catalog
from tlcore.experiments.grown import cost


def test_an_epoch_at_the_quickest_measured_speed() -> None:
    rows = [{"train_ms": 900.0}, {"train_ms": 500.0}]
    found = cost.epoch_of_imagenet({"rows": rows})
    assert found.parameters == 60_192_808
    assert found.seconds == pytest.approx(1_281_167 * 0.5)
    assert found.total == 3 * catalog.backbone("resnet152").macs * 1_281_167


def test_an_unknown_speed_is_not_guessed() -> None:
    assert cost.epoch_of_imagenet(None).seconds is None
    assert cost.epoch_of_imagenet({"rows": []}).seconds is None


def test_the_hours_of_the_notes() -> None:
    assert cost.card_hours() == (8 * 14 * 24, 8 * 21 * 24)


@pytest.mark.parametrize("seconds", [12.5, {"total": 12.5, "train": 9.0}])
def test_a_run_is_counted_in_pictures_seen(seconds: object) -> None:
    spec = {"train_size": 40, "epochs": 15, "backbone": "clothing"}
    found = cost.of_run(spec, {"seconds": seconds, "total_parameters": 7})
    assert (found.pictures, found.seconds, found.parameters) == (600, 12.5, 7)
    assert found.macs == catalog.backbone("clothing").macs


def test_of_a_run_that_patience_ended_the_epochs_that_were_learned_count() -> None:
    spec = {"train_size": 40, "epochs": 60, "patience": 3, "backbone": "clothing"}
    result = {"seconds": 1.0, "total_parameters": 7, "kept": {"epoch": 2, "of": 5}}
    assert cost.of_run(spec, result).pictures == 40 * 5


def test_frozen_blocks_are_passed_once_and_learning_ones_three_times_an_epoch() -> None:
    spec = {"train_size": 40, "epochs": 15, "backbone": "clothing", "freeze": 7, "read": 8}
    *frozen, last = catalog.backbone("clothing").blocks
    found = cost.of_run(spec, {"seconds": 1.0, "total_parameters": 1})
    assert found.total == 40 * sum(block.macs for block in frozen) + 3 * 600 * last.macs


def test_a_pre_training_has_no_backbone_to_name() -> None:
    found = cost.of_run({"train_size": 10, "epochs": 2}, {"seconds": 1.0, "total_parameters": 1})
    assert found.macs == catalog.grown().macs


def test_where_statistics_alone_are_learned_the_kept_blocks_are_passed_once() -> None:
    spec = {"train_size": 40, "epochs": 15, "backbone": "clothing", "freeze": 0, "read": 8}
    learned = spec | {"keep": 8, "learns": "norm_statistics"}
    result = {"seconds": 1.0, "total_parameters": 1}
    assert cost.of_run(learned, result).total == 40 * catalog.backbone("clothing").macs
    assert cost.of_run(spec, result).total == 3 * 600 * catalog.backbone("clothing").macs
