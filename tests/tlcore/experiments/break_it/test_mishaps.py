"""A symptom is a rule that fires on its own rows and keeps silent on the others' and the cure."""

from __future__ import annotations

import copy

import pytest

from tlcore.experiments.break_it import mishaps
from tlcore.experiments.break_it.mishaps import CASES, FAULTS, MISHAPS

HEALTHY = {
    "chance": 0.1,
    "asked": 150,
    "losses": [2.3, 2.0, 1.0, 0.3],
    "epochs": [
        {"train_loss": None, "train_accuracy": None, "val_loss": 2.3},
        {"train_loss": 1.5, "train_accuracy": 0.6, "val_loss": 1.2},
        {"train_loss": 0.4, "train_accuracy": 0.97, "val_loss": 0.5},
        {"train_loss": 0.1, "train_accuracy": 1.0, "val_loss": 0.4},
    ],
    "source": [],
    "weights": {"before": "a", "after": "b"},
    "end": {"trained": 1.0, "again": 1.0, "val": 0.9, "new": 0.88},
}


def told(**changes):
    """The healthy run with some of its fields changed; "epochs.val_loss" sets a column."""
    found = copy.deepcopy(HEALTHY)
    for name, value in changes.items():
        if name in found["epochs"][0]:
            for row, one in zip(found["epochs"], value, strict=True):
                row[name] = one
        elif name in found["end"]:
            found["end"][name] = value
        else:
            found[name] = value
    return found


BROKEN = {
    "rate": told(losses=[2.5, 7.6, 24.0], trained=0.15, again=0.1, val=0.11, new=0.1),
    "normalisation": told(again=0.11, val=0.9, new=0.1),
    "drift": told(
        **{"trained": 0.28, "again": 0.28, "val": 0.25, "new": 0.2},
        source=[0.95, 0.6, 0.35],
        weights={"before": "a", "after": "a"},
    ),
    "lost_head": told(train_loss=[None, 2.5, 2.51, 2.5], trained=0.1, again=0.1, val=0.12, new=0.1),
    "labels": told(val=0.13, new=0.1, val_loss=[2.3, 2.4, 3.0, 4.0]),
    "leak": told(val=0.97, new=0.5),
    "too_little": told(val=0.5, new=0.5),
    "source": told(
        **{"trained": 0.8, "again": 0.8, "val": 0.5, "new": 0.5},
        train_accuracy=[None, 0.6, 0.78, 0.8],
        val_loss=[2.3, 1.3, 1.1, 1.1],
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_symptom_is_seen_in_its_own_run_and_in_no_healthy_one(fault):
    assert mishaps.shows(fault, BROKEN[fault])
    assert not mishaps.shows(fault, HEALTHY)


@pytest.mark.parametrize("fault", FAULTS)
def test_no_rule_fires_on_the_run_of_another_fault(fault):
    fired = {other for other in FAULTS if mishaps.shows(other, BROKEN[fault])}
    assert fired == {fault}


@pytest.mark.parametrize(
    ("fault", "nearly"),
    [
        ("rate", {"losses": [2.5, 7.4]}),  # less than three times
        ("normalisation", {"again": 0.95}),  # what was trained is right in use: not this
        ("drift", {"weights": {"before": "a", "after": "b"}}),  # something did learn
        ("lost_head", {"train_loss": [None, 2.5, 2.4, 2.3]}),
        ("labels", {"val": 0.3}),  # beyond the noise of 150 pictures around .1
        ("leak", {"new": 0.85}),
        ("too_little", {"val": 0.65}),
        ("source", {"train_accuracy": [None, 0.4, 0.6, 0.8]}),  # still learning
    ],
)
def test_a_rule_keeps_silent_where_the_symptom_is_not_quite_there(fault, nearly):
    near = copy.deepcopy(BROKEN[fault])
    for name, value in nearly.items():
        if name in near["epochs"][0]:
            for row, one in zip(near["epochs"], value, strict=True):
                row[name] = one
        elif name in near["end"]:
            near["end"][name] = value
        else:
            near[name] = value
    assert not mishaps.shows(fault, near)


def test_a_loss_that_is_no_number_is_the_symptom_of_a_rate():
    assert mishaps.shows("rate", told(losses=[2.3, None]))


@pytest.mark.parametrize("fault", FAULTS)
def test_cured_is_what_shows_no_more_and_is_better(fault):
    healthy = told(source=[0.95, 0.95]) if fault == "drift" else HEALTHY
    assert mishaps.cured(fault, BROKEN[fault], healthy)
    assert not mishaps.cured(fault, BROKEN[fault], BROKEN[fault])
    worse = told(val=0.05, new=0.0, source=[0.95, 0.2], trained=0.5, again=0.5)
    if fault != "leak":
        assert not mishaps.cured(fault, BROKEN[fault], worse)


def test_a_leak_is_cured_by_an_honest_validation_though_new_pictures_stay_as_they_were():
    assert mishaps.cured("leak", BROKEN["leak"], told(val=0.52, new=0.5))


def test_every_fault_is_a_case_once_and_differs_from_its_repair():
    assert sorted(CASES) == sorted(FAULTS) == sorted(MISHAPS)
    for fault in FAULTS:
        broken, repaired = (mishaps.settings(fault, r, seed=3) for r in (False, True))
        assert broken["seed"] == repaired["seed"] == 3
        assert broken != repaired
