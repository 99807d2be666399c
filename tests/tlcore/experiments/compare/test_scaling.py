"""How cost grows: the slope of a recorded curve, a recording that goes on, what is shipped."""

import json

import pytest

from tlcore import catalog
from tlcore.experiments.compare import run as compare_run
from tlcore.experiments.scaling import command as scaling_record
from tlcore.experiments.scaling import reading as scaling
from tlcore.experiments.scaling.reading import AXES, ENDS, TOGETHER, Curve, Record, Step
from tlcore.ground import markdown, recipe, recorded


def test_the_ends_of_a_curve_are_told_as_times():
    curve = Curve("images", "everything", ((100, 1.0), (200, 5.0), (800, 16.0)))
    assert curve.times == (8.0, 16.0)
    assert curve.proportional() == ((100, 1.0), (200, 2.0), (800, 8.0))


def test_a_point_is_the_median_of_its_rounds():
    seconds = {
        Step("seeds", at, TOGETHER, turn): at * (1.0 + turn) for at in (1, 2) for turn in range(3)
    }
    found = Record({}, seconds)
    [curve] = found.curves("seeds")
    assert curve.points == ((1, 2.0), (2, 4.0))
    assert found.rounds == 3
    assert found.curves("images") == ()


def test_depths_are_spread_between_the_two_ends():
    for count in AXES["depths"]:
        found = scaling_record.depths(count)
        assert (found[0], found[-1]) == ENDS
        assert len(set(found)) == count
    blocks = len(catalog.backbone(scaling_record.BACKBONE).blocks)
    assert set(scaling_record.depths(max(AXES["depths"]))) <= set(recipe.strategies(blocks))


@pytest.fixture
def counted(monkeypatch):
    """A comparison that costs a second a picture, epoch and strategy; it notes what was asked."""
    asked = []

    def rows(spec, data_dir, folder):
        asked.append(spec)
        each = float(spec.sizes[0] * spec.epochs)
        entrants = [{"strategy": name, "seconds": each} for name in spec.strategies]
        yield {"kind": "result", "entrants": entrants, "cpu_seconds": each * len(entrants)}

    monkeypatch.setattr(compare_run, "rows", rows)
    return asked


def test_a_recording_that_was_cut_off_goes_on_where_it_was(counted, tmp_path):
    file = tmp_path / "scaling.json"
    going = scaling_record.measure(file, 1)
    for _ in range(3):  # the second number of images has begun to be told
        next(going)
    going.close()
    before = len(counted)
    told = list(scaling_record.measure(file, 1))
    assert len(counted) - before < sum(len(counts) for counts in AXES.values()) + sum(AXES["seeds"])
    kept = json.loads(file.read_text())["runs"]
    steps = [(run["axis"], run["at"], run["what"], run["round"]) for run in kept]
    assert len(set(steps)) == len(steps)
    assert {axis for axis, *_ in steps} == set(AXES)
    found = scaling.record.__wrapped__(file)
    for axis, what in (("images", "everything"), ("epochs", "head_only"), ("seeds", TOGETHER)):
        more, dearer = found.curve(axis, what).times
        assert dearer == pytest.approx(more)
    assert told[-1]["axis"] == "seeds"


def test_rounds_have_seeds_of_their_own(counted, tmp_path):
    list(scaling_record.measure(tmp_path / "scaling.json", 2))
    eight = [[spec.seed for spec in counted if spec.strategies == ENDS][-n:] for n in (8,)]
    assert eight == [[*range(8, 16)]]


@pytest.mark.usefixtures("unhurried")
def test_one_real_comparison_tells_seconds(tmp_path, monkeypatch):
    monkeypatch.setattr(scaling_record, "IMAGES", 40)
    monkeypatch.setattr(scaling_record, "EPOCHS", 1)
    monkeypatch.setattr(scaling_record, "AXES", {"images": (20,)})
    told = list(scaling_record.measure(tmp_path / "scaling.json", 1))
    assert [run["what"] for run in told] == list(ENDS)
    assert all(run["seconds"] > 0 for run in told)


def test_what_is_shipped_is_of_the_shipped_weights():
    found = scaling.record()
    assert found is not None
    known = catalog.backbone(scaling_record.BACKBONE).fingerprint
    assert found.conditions["backbone"] == known
    for axis, counts in AXES.items():
        for curve in found.curves(axis):
            assert tuple(at for at, _ in curve.points) == counts


def test_the_table_beside_the_recording_is_the_generated_one():
    text = recorded.README.read_text(encoding="utf-8")
    marks = scaling_record.BEGIN, scaling_record.END
    assert markdown.into(text, scaling_record.table(), *marks) == text
    assert markdown.into(text, "changed", *marks) != text
