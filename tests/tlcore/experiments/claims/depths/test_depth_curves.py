"""Reading the recorded curves: means, bands, the drop split in two; and the published ones."""

import json

import pytest

from tlcore import catalog
from tlcore.experiments.claims.depths import reading as depth_curves
from tlcore.experiments.claims.depths import spec as depths
from tlcore.experiments.claims.depths import yosinski
from tlcore.experiments.claims.depths.reading import BASE, FILE, Record, Step

SHIPPED = [FILE] if FILE.exists() else []


def of(**curves):
    """Record of two depths; each curve: one list of accuracies over seeds for each depth."""
    runs = {}
    for name, depths_ in curves.items():
        for at, values in enumerate(depths_):
            n = 0 if name == BASE else at + 1
            runs |= {Step("similar", name, n, seed): a for seed, a in enumerate(values)}
    return Record({}, runs)


@pytest.fixture
def record():
    return of(
        base=[[0.90, 0.92, 0.91]],
        BnB=[[0.90, 0.92, 0.91], [0.87, 0.89, 0.88]],
        AnB=[[0.91, 0.93, 0.92], [0.82, 0.84, 0.83]],
        **{"AnB+": [[0.93], [0.94]]},
    )


def test_a_curve_has_a_mean_and_a_band_at_every_depth(record):
    [first, second] = record.curve("similar", "AnB")
    assert (first.n, second.n, second.seeds) == (1, 2, 3)
    assert second.mean == pytest.approx(0.83)
    assert second.half == pytest.approx(4.303 * 0.01 / 3**0.5)  # Student's t, 3 runs
    assert record.curve("similar", "AnB+")[1].half is None  # one run has no band
    assert record.base("similar").mean == pytest.approx(0.91)


def test_the_drop_is_what_its_two_parts_add_up_to(record):
    drop = record.drop("similar", 2)
    assert drop.co_adaptation.mean == pytest.approx(0.03)
    assert drop.specificity.mean == pytest.approx(0.05)
    assert drop.co_adaptation.half == pytest.approx(0)  # the same in every seed
    whole = record.base("similar").mean - record.curve("similar", "AnB")[1].mean
    assert drop.co_adaptation.mean + drop.specificity.mean == pytest.approx(whole)


def test_a_gain_is_below_zero(record):
    assert record.drop("similar", 1).specificity.mean == pytest.approx(-0.01)


@pytest.mark.parametrize(
    ("losses", "shape"),
    [
        ((0.00, 0.004, 0.00), "flat"),
        ((0.00, 0.01, 0.00), None),  # up to 2.5 points may be lost: not equal, only unproved
        ((0.00, 0.04, 0.01), "dip"),
        ((0.00, 0.04, 0.08), "falls"),
        ((0.05, 0.05, 0.04), "falls"),
        ((-0.01, -0.03, -0.04), "rises"),
    ],
)
def test_the_shape_of_a_curve_is_named(losses, shape):
    wiggle = (0.006, 0.0, -0.006)  # over seeds: a band of 1.5 points
    record = of(base=[[0.9, 0.9, 0.9]], AnB=[[0.9 - loss + w for w in wiggle] for loss in losses])
    assert record.shape("similar", "AnB") == shape


def test_a_curve_that_its_bands_leave_open_has_no_shape():
    noisy = [[0.8, 0.9, 1.0]]
    assert of(base=[[0.9, 0.9, 0.9]], AnB=noisy).shape("similar", "AnB") is None


def test_what_was_recorded_in_part_only_is_not_drawn(record):
    assert record.splits == ["similar"]
    without = {step: a for step, a in record.runs.items() if step[:3] != ("similar", "BnB", 2)}
    assert Record({}, without).splits == []
    assert of(base=[[0.9]]).splits == []


def test_there_is_no_record_before_it_was_made(tmp_path):
    assert depth_curves.record(tmp_path / "depths.json") is None


@pytest.mark.parametrize("file", SHIPPED)
def test_what_is_shipped_is_of_the_shipped_weights_and_whole(file):
    found = json.loads(file.read_text())
    assert found["conditions"]["backbone"] == catalog.backbone(depths.BACKBONE).fingerprint
    record = depth_curves.record(file)
    assert record.splits == list(depth_curves.SPLITS)
    assert record.depths == list(range(1, depths.BLOCKS + 1))
    for split in record.splits:
        for curve in depth_curves.SPLITS[split].curves:
            points = record.curve(split, curve)
            assert [point.n for point in points] == record.depths
            assert all(point.half is not None and 0 < point.mean < 1 for point in points)
        assert record.base(split).seeds >= 5


def test_the_published_curves_have_the_published_shape():
    """Yosinski et al. 2014: what the text around their figure 2 says, to 0.1 points."""
    bnb, anb, tuned = (yosinski.SIMILAR[name] for name in ("BnB", "AnB", "AnB+"))
    base = yosinski.base("similar")
    assert round(100 * (bnb[4] - base), 1) == -3.1
    assert round(100 * (bnb[6] - base), 1) == -0.2
    assert [round(100 * (anb[n - 1] - base), 1) for n in (3, 5, 7)] == [-0.6, -4.7, -8.3]
    assert round(100 * (sum(tuned) / 7 - base), 1) == 1.7
    assert {len(values) for values in yosinski.SIMILAR.values()} == {len(yosinski.DEPTHS)}


def test_unlike_tasks_lose_three_times_as_much_at_the_last_depth():
    lost = yosinski.base("different") - yosinski.curves("different")["AnB"][6]
    assert round(100 * lost, 1) == 25.1


def test_a_gain_is_found_in_pairs_where_the_bands_overlap():
    """Seeds that differ by five points, each a point better: bands overlap, no pair disagrees."""
    found = of(base=[[0.80, 0.85, 0.90]], AnB=[[0.83, 0.88, 0.93], [0.80, 0.85, 0.90]])
    base, best = found.base("similar"), found.curve("similar", "AnB")[0]
    assert best.mean - best.half < base.mean + base.half
    assert found.gain("similar", "AnB", 1).word == "ahead"
    assert found.gain("similar", "AnB", 2).word == "equal"
    assert of(base=[[0.9]], AnB=[[0.9]]).gain("similar", "AnB", 1) is None


def test_seeds_that_agree_by_chance_are_no_certainty():
    """Three seeds a picture of a hundred better, each: the interval is that of one picture."""
    runs = of(base=[[0.90, 0.90, 0.90]], AnB=[[0.91, 0.91, 0.91]]).runs
    gain = Record({"test": 100}, runs).gain("similar", "AnB", 1)
    assert gain.half == pytest.approx(4.303 * 0.01 / 3**0.5)
    assert gain.word == "open"
