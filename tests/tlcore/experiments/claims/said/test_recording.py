"""Effects and verdicts of a toy claim from rows, and its record by seed."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from tlcore.experiments.claims import command, record
from tlcore.experiments.claims import said as claims
from tlcore.experiments.claims.claim import (
    Claim,
    Effect,
    Point,
    Published,
    Verdict,
    effect,
    over,
    point,
)
from tlcore.experiments.claims.spec import ClaimSpec
from tlcore.ground.recipe import Compute
from tlcore.runs import spec


def judge(rows):
    found = over(rows, ("a", "b"), lambda a, b: b - a)
    return Verdict((effect("more", found, 0),), (point("more", found),), len(found))


def told(seed, small=False, only=()):
    """The toy's measurement."""
    yield {"done": 0, "of": 1}
    row = {"a": 1.0, "b": 2.0 + seed}
    yield {"seed": seed} | {key: value for key, value in row.items() if key in (only or row)}


TOY = Claim(
    1,
    "toy",
    3,
    Published((Point("more", 5.0),), "points", "Somebody 2000", "https://example.org", "primary"),
    "tests.tlcore.experiments.claims.said.test_recording:told",
    judge,
    settings={"train": 4},
    keys=("a", "b"),
)


@pytest.mark.parametrize(
    ("mean", "half", "bound", "status"),
    [
        *((2, 1, 0, "holds"), (2, 1, 1, "holds"), (0.5, 1, 0, "undecided")),
        *((-0.5, 1, 0, "undecided"), (-2, 1, 0, "fails"), (2, 1, 4, "fails")),
        (math.nan, math.inf, 0, "undecided"),
    ],
)
def test_an_effect_is_decided_where_its_whole_interval_lies_on_one_side(mean, half, bound, status):
    assert Effect("x", mean, half, bound).status == status


def test_a_claim_fails_with_any_part_and_holds_with_all():
    good, bad, open_ = (Effect("x", mean, 1, 0) for mean in (2, -2, 0.5))
    assert Verdict((good, good), (), 5).status == "holds"
    assert Verdict((good, open_), (), 5).status == "undecided"
    assert Verdict((open_, bad), (), 5).status == "fails"


def test_one_seed_or_none_decides_nothing():
    assert effect("x", [3.0], 0) == Effect("x", 3.0, math.inf, 0)
    assert math.isnan(effect("x", [], 0).mean)
    assert point("x", [3.0]).half is None
    assert point("x", [1.0, 2.0, 3.0]).half == pytest.approx(4.303 / math.sqrt(3))


def test_rows_without_a_number_are_left_out():
    assert over([{"a": 1, "b": 3}, {"a": 1}], ("a", "b"), lambda a, b: b - a) == [2]


def test_a_claim_with_too_few_seeds_is_not_decided(tmp_path):
    file = tmp_path / "claims.json"
    assert record.found(TOY, file).word == "unmeasured"
    known = []
    for seed in range(3):
        *_, row = told(seed)
        known.append(record.Found(TOY, [*(known[-1].rows if known else []), row], {}))
    assert [one.verdict.status for one in known] == ["undecided", "undecided", "undecided"]
    sure = [{"seed": s, "a": 0.0, "b": 2.0 + s / 9} for s in range(3)]
    assert record.Found(TOY, sure[:2], {}).verdict.status == "holds"
    assert record.Found(TOY, sure[:2], {}).word == "undecided"
    assert record.Found(TOY, sure, {}).word == "holds"


def only(monkeypatch, *known):
    monkeypatch.setattr(claims, "every", lambda: {one.id: one for one in known})


def test_an_interrupted_recording_goes_on_and_other_sizes_begin_anew(tmp_path, monkeypatch):
    only(monkeypatch, TOY)
    file = tmp_path / "claims.json"
    for seed in (0, 2):
        *_, row = told(seed)
        record.add(TOY, row, file)
    assert record.missing(TOY, 3, record.read(file)) == {1: ()}
    measured = list(command.measure([TOY], None, file))
    assert [row["seed"] for _, row in measured] == [1]
    assert [row["seed"] for row in record.found(TOY, file).rows] == [0, 1, 2]
    assert record.found(TOY, file).conditions["settings"] == {"train": 4}
    other = replace(TOY, settings={"train": 5})
    assert record.found(other, file).rows == []
    assert record.missing(other, 3, record.read(file)) == {0: (), 1: (), 2: ()}


def test_other_weights_make_what_was_measured_void(tmp_path, monkeypatch):
    only(monkeypatch, TOY)
    file = tmp_path / "claims.json"
    record.add(TOY, {"seed": 0, "a": 1.0, "b": 2.0}, file)
    kept = json.loads(file.read_text())
    kept["toy"]["backbone"] = "0" * 64
    file.write_text(json.dumps(kept))
    assert record.found(TOY, file).rows == []


def test_nothing_is_begun_after_the_time_that_was_given(tmp_path, monkeypatch):
    only(monkeypatch, TOY)
    assert list(command.measure([TOY], None, tmp_path / "claims.json", until=0)) == []


def test_what_another_recording_holds_is_completed_not_measured_twice(tmp_path, monkeypatch):
    here = replace(TOY, recorded=lambda: [{"seed": 0, "a": 1.0, "b": 9.0}, {"seed": 1, "a": 5.0}])
    only(monkeypatch, here)
    file = tmp_path / "claims.json"
    assert record.missing(here, 3, record.read(file)) == {1: ("b",), 2: ()}
    assert record.found(here, file).seeds == 1
    assert [row for _, row in command.measure([here], 2, file)] == [
        {"seed": 1, "b": 3.0, "cpu_seconds": pytest.approx(0, abs=0.2)}
    ]
    found = record.found(here, file)
    assert found.seeds == 2
    assert found.rows[0] == {"seed": 0, "a": 1.0, "b": 9.0}
    assert (found.rows[1]["a"], found.rows[1]["b"]) == (5.0, 3.0)


def test_what_is_compared_with_a_number_measured_here_is_measured_here_too(tmp_path, monkeypatch):
    elsewhere = [{"seed": 0, "a": 7.0, "b": 9.0}, {"seed": 1, "a": 5.0}]
    here = replace(TOY, recorded=lambda: elsewhere, compared=(("a", "b"),))
    only(monkeypatch, here)
    file = tmp_path / "claims.json"
    assert record.missing(here, 2, record.read(file)) == {1: ("a", "b")}
    record.add(here, {"seed": 1, "b": 3.0, "cpu_seconds": 2.0}, file)  # as it once was
    assert record.missing(here, 2, record.read(file)) == {1: ("a",)}
    record.add(here, {"seed": 1, "a": 4.0, "cpu_seconds": 3.0}, file)
    assert record.missing(here, 2, record.read(file)) == {}
    assert record.found(here, file).rows == [
        {"seed": 0, "a": 7.0, "b": 9.0},
        {"seed": 1, "a": 4.0, "b": 3.0, "cpu_seconds": 5.0},
    ]


def test_another_experiment_of_a_claim_is_another_run(monkeypatch):
    only(monkeypatch, TOY)
    asked = ClaimSpec(claim="toy", seed=0)
    names = set()
    for one in (TOY, replace(TOY, settings={"train": 5}), replace(TOY, keys=("a",))):
        only(monkeypatch, one)
        names.add(spec.hash_of(asked, Compute(), "toy machine"))
    assert len(names) == 3


def test_the_cost_of_a_seed_counts_what_another_recording_took():
    here = replace(TOY, recorded=lambda: [])
    rows = [
        {"seed": 0, "a": 1.0, "b": 2.0, "seconds": {"a": 3.0, "b": 4.0, "c": 50.0}},
        {"seed": 1, "a": 1.0, "b": 2.0, "seconds": {"a": 3.0}, "cpu_seconds": 6.0},
        {"seed": 2, "a": 1.0, "cpu_seconds": 99.0},  # not whole
    ]
    assert record.Found(here, rows, {}).seconds == 8
