"""What the epochs say: each reading on a curve made for it, silence beside its border."""

from __future__ import annotations

import random

import pytest

from tlcore.runs import reading
from tlcore.runs.reading import epochs as by_epoch


def epochs(val, train=None):
    train = train or [2.0 / (1 + i) for i in range(len(val))]
    return [
        {"epoch": i, "val_loss": v, "train_loss": t if i else None}
        for i, (v, t) in enumerate(zip(val, train, strict=True))
    ]


@pytest.mark.parametrize(
    ("curve", "says"),
    [
        ([2, 1, 0.6, 0.5, 0.55, 0.7, 0.9], "memorising"),
        ([2, 1, 0.6, 0.5, 0.55, 0.7, 0.69], "over"),
        ([2, 1, 0.6, 0.50, 0.51, 0.52, 0.53], "memorising"),
        ([2, 1, 0.6, 0.500, 0.503, 0.506, 0.509], "settled"),  # three times, but by 2%
        ([2, 1.8, 1.6, 1.4, 1.2, 1.0, 0.8], "under"),
        ([2, 1, 0.6, 0.51, 0.5, 0.5, 0.505], "settled"),
        ([1.4, 2, 5, 7, 5, 3, 1.8], "under"),  # rose while batch-norm settled, falling at the end
        ([1.4, 1.2], "unclear"),
    ],
)
def test_a_curve_is_read(curve, says):
    assert reading.fit(epochs(curve)).key == says


def test_a_rising_validation_loss_is_not_memorising_while_training_gets_worse_too():
    diverging = epochs([1, 0.9, 1.2, 1.5, 2.0], train=[1, 0.9, 1.3, 1.6, 2.2])
    assert reading.fit(diverging).key == "unclear"


def test_a_rising_validation_loss_is_no_overfitting_where_training_stands_still():
    drifting = epochs([1.0, 1.1, 1.0, 1.15, 1.2], train=[2.0, 1.5, 1.5, 1.49, 1.48])
    assert reading.fit(drifting).key == "unclear"


def test_a_streak_breaks_where_training_loss_rose():
    train = [2.0, 1.0, 0.8, 0.7, 0.6, 0.65, 0.5]
    assert reading.fit(epochs([2, 1, 0.6, 0.5, 0.55, 0.7, 0.9], train)).key == "over"
    values = reading.fit(epochs([2, 1, 0.6, 0.5, 0.55, 0.7, 0.9])).values
    assert (values["times"], values["since"], values["before"]) == (3, 3, "0.50")


def test_more_epochs_are_not_advised_where_they_would_not_help():
    """A drop of the last quarter is no under-fitting when validation loss stands well above its
    lowest, nor when the training pictures are learned to the end."""
    val = [1.1, 0.4, 0.285, 0.35, 0.43, 0.45, 0.44, 0.426]
    assert reading.fit(epochs(val)).key != "under"
    falling = epochs([1.1, 0.8, 0.6, 0.5, 0.44, 0.4, 0.37, 0.34])
    assert reading.fit(falling).key == "under"
    learned = [row | {"train_loss": 0.003} if row["epoch"] else row for row in falling]
    assert reading.fit(learned).key == "unclear"


def test_losses_that_read_the_same_in_print_are_not_set_against_each_other():
    """Nine of nine right: .0101 against .0112 is 11% and two numbers that read 0.01."""
    assert reading.fit(epochs([0.5, 0.2, 0.0101, 0.0115, 0.0112])).key == "unclear"
    assert reading.fit(epochs([0.5, 0.2, 0.101, 0.115, 0.112])).key == "over"


def test_noise_on_a_flat_curve_is_seldom_read_as_a_fault():
    """1,000 flat curves of 20 epochs with 1.5% noise, training loss falling all the while."""
    stream = random.Random(0)
    found = [
        reading.fit(epochs([stream.gauss(1, 0.015) for _ in range(21)])).key for _ in range(1000)
    ]
    assert found.count("settled") + found.count("under") == 1000 - found.count("memorising")
    assert found.count("memorising") < 10
    assert found.count("over") == 0


def test_the_reading_names_the_epoch_and_the_losses():
    values = reading.fit(epochs([2, 1, 0.6, 0.5, 0.55, 0.7, 0.9])).values
    assert (values["epoch"], values["lowest"], values["final"]) == (3, "0.50", "0.90")


def test_epochs_without_a_number_are_left_out():
    assert reading.fit(epochs([1.0, None, None])).key == "unclear"


def test_a_validation_loss_that_comes_back_from_far_above_is_settling():
    found = by_epoch.settling(epochs([1.8, 1.4, 2.2, 5.9, 6.5, 3.0, 1.5]))
    assert found.key == "settling"
    assert (found.values["epoch"], found.values["top"], found.values["final"]) == (4, "6.5", "1.5")
    assert by_epoch.settling(epochs([1.8, 1.4, 2.2, 2.6, 2.6, 2.2, 1.5])) is None  # not far above
    assert by_epoch.settling(epochs([1.8, 1.4, 2.2, 5.9, 6.5, 6.4, 6.0])) is None  # stays there
    rising = [0.5 + i for i in range(7)]
    assert by_epoch.settling(epochs([1.8, 1.4, 2.2, 5.9, 6.5, 3.0, 1.5], rising)) is None


def scored(*accuracies):
    return [{"epoch": i, "val_accuracy": a} for i, a in enumerate(accuracies)]


def test_an_accuracy_within_the_margin_of_guessing_is_chance():
    assert by_epoch.chance(scored(0.1, 0.28), guess=1 / 4, pictures=500).values == {
        "accuracy": "28.0%",
        "chance": "25.0%",
        "margin": "3.8",  # 1.96 * sqrt(0.25 * 0.75 / 500)
        "n": "500",
    }
    assert by_epoch.chance(scored(0.1, 0.29), guess=1 / 4, pictures=500) is None
    assert by_epoch.chance(scored(0.1, 0.29), guess=1 / 4, pictures=100) is not None
    assert by_epoch.chance([], guess=1 / 4, pictures=100) is None


def test_a_lead_that_the_pictures_cannot_show_is_noise():
    found = by_epoch.noise(scored(0.99, 0.7, 0.80, 0.79), pictures=500)
    assert (found.values["epoch"], found.values["best"], found.values["final"]) == (
        2,
        "80.0%",
        "79.0%",
    )
    assert found.values["margin"] == "3.5"  # 1.96 * sqrt(0.8 * 0.2 / 500)
    assert by_epoch.noise(scored(0.2, 0.7, 0.80, 0.75), pictures=500) is None  # a real loss
    assert by_epoch.noise(scored(0.2, 0.7, 0.75, 0.80), pictures=500) is None  # the last is best


def trained(losses, accuracy=0.7):
    return [
        {"epoch": i, "val_loss": 1.0, "train_loss": loss, "train_accuracy": accuracy}
        for i, loss in enumerate(losses, start=1)
    ]


LEVEL = [2.0, 1.4, 1.1, 0.9, 0.82, 0.801, 0.8, 0.8, 0.8]


def test_training_loss_that_stands_still_at_a_high_rate_is_a_plateau():
    high = dict.fromkeys(range(1, 10), 1.0)
    assert by_epoch.plateau(trained(LEVEL), high).values["since"] == 7
    assert by_epoch.plateau(trained(LEVEL, accuracy=0.97), high) is None  # nothing left to learn
    falling = [2.0, 1.8, 1.6, 1.4, 1.2, 1.0, 0.9, 0.8, 0.7]
    assert by_epoch.plateau(trained(falling), high) is None


def test_a_curve_that_is_flat_because_the_rate_went_to_zero_is_no_plateau():
    ending = {**dict.fromkeys(range(1, 6), 1.0), **dict.fromkeys(range(6, 10), 0.01)}
    assert by_epoch.plateau(trained(LEVEL), ending) is None
