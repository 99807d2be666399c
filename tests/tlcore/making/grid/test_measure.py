"""A point is the lab's own run; what lay there already is on its account; a cut costs one run."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import pytest
from PIL import Image

from tests.tlcore.experiments.matrix import grid_house
from tlcore.experiments.matrix import advisor
from tlcore.experiments.matrix.grid import points, rows
from tlcore.experiments.matrix.grid.points import Point
from tlcore.ground.paths import ROOT
from tlcore.ground.recipe import Compute
from tlcore.making.grid import command, held_out
from tlcore.making.grid.measure import Meter
from tlcore.runs.spec import FineTuneSpec
from tlcore.training.transfer import fine_tune

pytestmark = pytest.mark.usefixtures("unhurried")

SMALL = Point("clothing", "garments", 8, "head_only", "advised", 1)


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr(advisor, "epochs_for", lambda size: 2)


@pytest.mark.parametrize("strategy", ["head_only", "from_7", "scratch"])
def test_a_point_is_the_lab_s_own_run(short, tmp_path, strategy):
    point = dataclasses.replace(SMALL, strategy=strategy)
    told = Meter(tmp_path, Compute()).row(point)
    recipe = dataclasses.asdict(point.recipe)
    asked = FineTuneSpec(train_size=8, **dataclasses.asdict(point.plan), **recipe)
    *_, result = fine_tune.rows_of(asked, Compute())
    assert told["test_accuracy"] == round(result["test_accuracy"], 5)
    assert told["learning_parameters"] == result["learning_parameters"]


def test_what_another_point_left_there_is_still_paid_for(short, tmp_path):
    meter = Meter(tmp_path, Compute())
    first = meter.row(SMALL)
    other = meter.row(dataclasses.replace(SMALL, rate="triple"))
    each = meter.each["clothing"][8]
    owed = each * (8 + points.WATCHED + points.test_size("clothing", "garments"))
    assert first["cpu_seconds"] > owed
    assert other["cpu_seconds"] > owed
    alone = Meter(tmp_path / "empty", Compute()).row(dataclasses.replace(SMALL, rate="triple"))
    assert alone["test_accuracy"] == other["test_accuracy"]


class Counting:
    """Stands for tlcore.making.grid.measure.Meter: measures nothing, and is cut off once."""

    measured: list[Point] = []
    cut_at = 0
    compute: Compute | None = None

    def __init__(self, _cache, compute, *_):
        Counting.compute = compute

    def row(self, point):
        self.measured.append(point)
        if len(self.measured) == self.cut_at:
            raise KeyboardInterrupt
        return grid_house.row(point, 0.5)


def test_a_part_that_was_cut_goes_on_and_repeats_nothing(monkeypatch, tmp_path):
    monkeypatch.setattr("tlcore.making.grid.measure.Meter", Counting)
    monkeypatch.setattr(Counting, "measured", [])
    monkeypatch.setattr(Counting, "cut_at", 5)
    file = tmp_path / "rows.jsonl"
    asked = ["--backbone", "clothing", "--data", "digits", "--size", "40", "--seed", "0"]
    where = ["--rows", str(file), "--file", str(tmp_path / "g.parquet")]
    with pytest.raises(KeyboardInterrupt):
        command.main([*asked, *where])
    monkeypatch.setattr(Counting, "cut_at", 0)
    assert command.main([*asked, *where]) == 0
    assert len(rows.read(file)) == sum(len(points.rates(role)) for role in points.ROLES)
    assert len(Counting.measured) == len(rows.read(file)) + 1  # the one that was cut off
    command.main(["--pack", *where])
    file.unlink()
    command.main([*asked, *where])
    assert not file.exists()  # the Parquet file knows them


def test_what_was_measured_beside_other_work_can_be_measured_again(monkeypatch, tmp_path):
    monkeypatch.setattr("tlcore.making.grid.measure.Meter", Counting)
    monkeypatch.setattr(Counting, "measured", [])
    file = tmp_path / "rows.jsonl"
    for load, rate in ((0.9, "third"), (3.1, "advised"), (None, "triple")):
        point = Point("clothing", "digits", 40, "head_only", rate, 0)
        rows.append(file, grid_house.row(point, 0.5) | {"load": load})
    asked = ["--backbone", "clothing", "--data", "digits", "--size", "40", "--seed", "0"]
    where = ["--rows", str(file), "--file", str(tmp_path / "g.parquet")]
    command.main([*asked, *where, "--strategy", "head_only"])
    assert Counting.measured == []
    command.main([*asked, *where, "--strategy", "head_only", "--quiet", "1.2"])
    assert [point.rate for point in Counting.measured] == ["advised"]


def test_processes_share_the_points_and_leave_none_out(monkeypatch, tmp_path):
    monkeypatch.setattr("tlcore.making.grid.measure.Meter", Counting)
    monkeypatch.setattr(Counting, "measured", [])
    asked = ["--backbone", "clothing", "--data", "digits", "--size", "40", "--seed", "0"]
    for part in ("1/2", "2/2"):
        file = tmp_path / f"{part[0]}.jsonl"
        where = ["--rows", str(file), "--file", str(tmp_path / "g.parquet")]
        command.main([*asked, *where, "--part", part])
    assert len(Counting.measured) == len(set(Counting.measured)) == 25


def test_a_precision_brings_the_memory_format_that_it_is_fast_in(monkeypatch, tmp_path):
    monkeypatch.setattr("tlcore.making.grid.measure.Meter", Counting)
    where = ["--rows", str(tmp_path / "r.jsonl"), "--minutes", "0"]
    command.main([*where, "--precision", "bf16"])
    assert Counting.compute == Compute("cpu", "bf16", "channels_last", threads=1)
    command.main(where)
    assert Counting.compute == Compute()


def test_no_point_is_begun_when_the_time_is_over(monkeypatch, tmp_path):
    monkeypatch.setattr("tlcore.making.grid.measure.Meter", Counting)
    monkeypatch.setattr(Counting, "measured", [])
    where = ["--rows", str(tmp_path / "r.jsonl"), "--file", str(tmp_path / "g.parquet")]
    command.main([*where, "--minutes", "0"])
    assert Counting.measured == []


def test_the_plan_counts_points_and_hours(capsys, tmp_path):
    asked = ["--plan", "--backbone", "clothing", "--size", "40"]
    command.main(asked)
    line = capsys.readouterr().out.splitlines()[1].split()
    assert line[:3] == ["clothing", "40", "600"]
    assert float(line[3]) > 0
    command.main([*asked, "--file", str(tmp_path / "none.parquet")])  # nothing known of the speed
    assert capsys.readouterr().out.splitlines()[1].split() == ["clothing", "40", "600", "-"]


def test_without_the_source_its_pictures_are_refused_by_name(capsys):
    with pytest.raises(SystemExit):
        command.main(["--backbone", "photo", "--data", points.HELD_OUT])
    assert "--source" in capsys.readouterr().err


def test_pictures_that_are_not_shipped_come_from_held_out_classes(tmp_path):
    for label in range(20):
        for part, each in (("train", 6), ("val", 2)):
            folder = tmp_path / part / f"class{label:02}"
            folder.mkdir(parents=True)
            for number in range(each):
                Image.new("RGB", (64, 64), (12 * label, 40 * number, 90)).save(
                    folder / f"{number}.png"
                )
    found = held_out.load(tmp_path, 8, seed=0)
    assert len(found.train) == 8
    assert len(found.train.labels.unique()) == 2  # 10 and 15 of 20
    assert len(found.test) == 2 * (6 - 4) + 2 * 2


def test_a_machine_with_torch_alone_can_measure():
    code = (
        "import sys\n"
        "gone = 'pydantic sqlalchemy streamlit pyarrow pandas sklearn'.split()\n"
        "for name in gone: sys.modules[name] = None\n"
        "import tlcore.making.grid.command, tlcore.making.grid.measure\n"
        "tlcore.making.grid.command.main(['--minutes', '0', '--rows', sys.argv[1]])\n"
    )
    file = ROOT / "no such folder" / "rows.jsonl"
    told = subprocess.run(
        [sys.executable, "-c", code, str(file)], cwd=ROOT, capture_output=True, text=True
    )
    assert "minutes are over" in told.stdout, told.stderr


def test_photo_is_asked_fewer_pictures_evenly_spread_and_clothing_all(tmp_path):
    meter = Meter(tmp_path, Compute())
    all_of_them, few = (meter.pictures(name, "digits", 10, 0) for name in points.BACKBONES)
    assert (len(all_of_them.test), len(few.test)) == (700, 500)
    known = [image.tobytes() for image in all_of_them.test.images.numpy()]
    places = [known.index(image.tobytes()) for image in few.test.images.numpy()]
    assert places == sorted(set(places))
    assert (places[0], places[-1]) == (0, 698)
    assert few.train.images.equal(all_of_them.train.images)
