"""tensorboard.zip: read back record by record, every point of every curve is there."""

import struct
import zipfile
from collections import defaultdict

import pytest
from tensorboardX.crc32c import crc32c
from tensorboardX.proto.event_pb2 import Event

from tests.tlcore.experiments.export.export_runs import STARTED, trained
from tlcore.experiments.export import files as export
from tlcore.experiments.export.run.tensorboard import scalars


def events(file):
    """The events of the one TFRecord file in the zip: length, its check, data, its check."""
    archive = zipfile.ZipFile(file)
    (name,) = [n for n in archive.namelist() if "tfevents" in n]
    content, at = archive.read(name), 0
    while at < len(content):
        (size,) = struct.unpack_from("<Q", content, at)
        data = content[at + 12 : at + 12 + size]
        (check,) = struct.unpack_from("<I", content, at + 12 + size)
        crc = crc32c(data)
        assert check == (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF
        yield Event.FromString(data)
        at += 16 + size


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    run, rows = trained(folder, freeze=6)
    file = export.write("tensorboard", run, rows, folder, "en")
    curves, texts = defaultdict(dict), {}
    for event in events(file):
        for value in event.summary.value:
            if value.HasField("simple_value"):
                curves[value.tag][event.step] = value.simple_value
            elif value.metadata.plugin_data.plugin_name == "text":
                texts[value.tag] = value.tensor.string_val[0].decode()
    return rows, file, curves, texts


def curve(rows, kind, value):
    """{step: value} as the rows tell it, in the precision of an event."""
    found = {row["step"]: value(row) for row in rows if row["kind"] == kind}
    return {step: pytest.approx(v, rel=1e-6) for step, v in found.items() if v is not None}


def test_every_curve_has_every_point(run):
    rows, _, curves, _ = run
    assert curves["loss/train"] == curve(rows, "step", lambda row: row["loss"])
    assert curves["accuracy/train"] == curve(rows, "step", lambda row: row["accuracy"])
    assert curves["loss/validation"] == curve(rows, "epoch", lambda row: row["val_loss"])
    assert curves["accuracy/validation"] == curve(rows, "epoch", lambda row: row["val_accuracy"])
    for group in ("block7", "block8", "head"):
        for tag, field in (("gradient_norm", "grad_norm"), ("learning_rate", "lr")):
            told = curve(rows, "step", lambda row, f=field, g=group: row[f][g])
            assert curves[f"{tag}/{group}"] == told
    assert curves["distance/block8"] == curve(rows, "epoch", lambda row: row["distance"]["block8"])
    last = rows[-1]
    assert curves["test/accuracy"] == {last["steps"]: pytest.approx(last["test_accuracy"])}
    assert not [tag for tag in curves if tag.endswith("block6")]  # frozen: no curve, not zero


def test_the_settings_are_told_in_both_languages(run):
    texts = run[3]
    assert len(texts) == 2
    told = "\n".join(texts.values())
    assert "| Learning rate (head) | 0.01 |" in told
    assert "| 학습률(헤드) | 0.01 |" in told


def test_times_are_the_runs_and_no_machine_is_named(run):
    rows, file, _, _ = run
    (name,) = [n for n in zipfile.ZipFile(file).namelist() if "tfevents" in n]
    assert name.endswith(f"/events.out.tfevents.{int(STARTED)}.transfer-lab")
    times = [event.wall_time for event in events(file)]
    assert min(times) == STARTED
    assert max(times) == pytest.approx(STARTED + rows[-1]["t"], abs=1e-3)


def test_the_same_run_gives_the_same_bytes_and_a_diverged_one_its_curve(tmp_path):
    run, rows = trained(tmp_path, freeze=0, lr=1e6, optimizer="sgd")
    assert rows[-1]["status"] == "diverged"
    file = export.write("tensorboard", run, rows, tmp_path, "en")
    first = file.read_bytes()
    points = [v.tag for event in events(file) for v in event.summary.value]
    assert points.count("accuracy/train") == len([r for r in rows if r["kind"] == "step"])
    assert "test/accuracy" not in points
    assert export.write("tensorboard", run, rows, tmp_path, "ko").read_bytes() == first


def test_what_is_no_number_has_no_point():
    row = {"kind": "step", "step": 1, "t": 0.1, "loss": None, "accuracy": 0.5}
    row |= {"lr": {"head": 0.1}, "grad_norm": {"block8": None, "head": 2.0}, "rel_grad": {}}
    assert dict(scalars(row)) == {
        "accuracy/train": 0.5,
        "learning_rate/head": 0.1,
        "gradient_norm/head": 2.0,
    }
