"""What a curve says: each reading on a curve made for it, and silence on one too short."""

import pytest

from tlcore import reading


def epochs(val, train=None):
    train = train or [2.0 / (1 + i) for i in range(len(val))]
    return [
        {"epoch": i, "val_loss": v, "train_loss": t if i else None}
        for i, (v, t) in enumerate(zip(val, train, strict=True))
    ]


@pytest.mark.parametrize(
    ("curve", "says"),
    [
        ([2, 1, 0.6, 0.5, 0.55, 0.7, 0.9], "over"),
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


def test_the_reading_names_the_epoch_and_the_losses():
    values = reading.fit(epochs([2, 1, 0.6, 0.5, 0.55, 0.7, 0.9])).values
    assert (values["epoch"], values["lowest"], values["final"]) == (3, "0.50", "0.90")


def test_epochs_without_a_number_are_left_out():
    assert reading.fit(epochs([1.0, None, None])).key == "unclear"


def test_a_run_that_diverged_names_the_rate_of_what_learned():
    found = {"diverged": {"step": 3, "group": "block2"}, "steps": 3}
    rates = {"lr": 10.0, "head_lr": 20.0, "read": 8, "freeze": 0}
    assert reading.diverged(rates, found) == {"step": 3, "group": "block2", "lr": "10"}
    assert reading.diverged({**rates, "freeze": 8}, found)["lr"] == "20"
    head = {"diverged": {"step": 3, "group": "head"}}
    assert reading.diverged(rates, head)["lr"] == "10"  # the blocks' rate blew the head up
    assert reading.diverged({**rates, "lr": 1e-3}, head)["lr"] == "20"
    assert reading.diverged(rates, {"diverged": None, "steps": 5})["step"] == 5
